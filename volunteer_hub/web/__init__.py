"""The pages' toolbox: render a page or its fragment, forms, flash words, languages, errors, headers."""
