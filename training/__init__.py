"""Scripts that make the two small models of the product from open data and from this project's own labels."""
