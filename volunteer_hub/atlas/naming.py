"""SQL that names a theme in the reader's language."""


def theme_name(language: str = "$1", row: str = "t.") -> str:
    """An expression: the name of the theme in `row`, in the language that the parameter holds; else in Polish."""
    return f"CASE {language} WHEN 'en' THEN {row}name_en WHEN 'uk' THEN {row}name_uk ELSE {row}name_pl END"
