"""The admin's first page: figures of now and by day, with pictures. ``figures.py`` lists them."""
