"""The transforms of images, one file each: those of ``torchvision.transforms.v2``.

Left out are those that make tensors of images, scale and normalise them, which archc does itself;
those that take transforms, or need boxes, masks or videos; those that make several images of one;
`JPEG`, whose codec torchvision is giving up; and the setting `inplace`, which would draw into the
data itself.

Source: https://pytorch.org/vision/stable/transforms.html
"""
