"""The smallest change that fills an opening: found, shown, and made when everybody in it has said yes."""
