package web

// kindWords returns a kind of noun as a reader's word: "data-set" as "data set".
func kindWords(kind string) string { return kind }
