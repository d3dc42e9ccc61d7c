"""The losses, one file each.

`weight` is left out, since a recipe does not know the classes. So are `size_average`, `reduce` and
`reduction`: training needs the sum. It gives `ignore_index` itself.

Source: https://pytorch.org/docs/stable/nn.html#loss-functions
"""
