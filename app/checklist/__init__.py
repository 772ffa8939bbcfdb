"""The product's mind: what is asked of a design, and how an answer is judged; knows no server, no store, no clock."""
