package citation

import (
	"fmt"
	"slices"
	"strings"
)

// BibTeXType is the media type of [Work.BibTeX].
const BibTeXType = "application/x-bibtex; charset=utf-8"

// BibTeX writes the reference as an entry for BibTeX and biblatex, in UTF-8. The date stands twice: as biblatex has it,
// and as year and month for BibTeX, which passes over what it does not know.
func (w Work) BibTeX() []byte {
	entry, container := "online", "organization"
	if w.Type == Newspaper {
		entry, container = "article", "journal"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "@%s{%s,\n", entry, w.key())
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", name, value)
		}
	}
	text := func(name, value string) {
		if value = texText(value); value != "" {
			field(name, "{"+value+"}") // the inner braces keep capitals, and a name or title in one piece
		}
	}
	text("title", w.Title)
	field("author", texNames(w.Authors))
	text(container, w.Container)
	if w.Type == Newspaper {
		field("entrysubtype", "newspaper")
	}
	text("type", w.Genre)
	if d := w.Issued; d.Known() {
		field("date", isoDate(d))
		if shared := d.shared(); shared.Year > 0 {
			fmt.Fprintf(&b, "  year = %d,\n", shared.Year)
			if shared.Month > 0 {
				fmt.Fprintf(&b, "  month = %s,\n", strings.ToLower(months[shared.Month-1][:3]))
			}
		}
	}
	field("version", texText(w.Version))
	field("url", address(w.URL)) // verbatim in both, so without escapes
	if w.Accessed.Known() {
		field("urldate", isoDate(w.Accessed))
	}
	field("language", texText(w.Language))
	text("note", w.archived())
	text("abstract", w.Abstract)
	b.WriteString("}\n")
	return []byte(b.String())
}

// archived is the note with where the work is kept, for forms that have no field for it.
func (w Work) archived() string {
	var parts []string
	for _, part := range []string{w.Note, strings.TrimSpace(w.Archive + " " + w.ArchiveLocation)} {
		if part = clean(part); part != "" {
			parts = append(parts, ended(part))
		}
	}
	return strings.Join(parts, " ")
}

// texNames joins authors as BibTeX does. One in one piece stands in braces, so that neither a comma nor an "and" in it
// takes it apart.
func texNames(names []Name) string {
	var list []string
	for _, n := range names {
		switch family, given, literal := n.parts(); {
		case family != "":
			list = append(list, "{"+texText(family)+"}, {"+texText(given)+"}")
		case literal != "":
			list = append(list, "{"+texText(literal)+"}")
		}
	}
	return strings.Join(list, " and ")
}

// texText escapes what TeX gives a meaning. A brace is written by its name: BibTeX counts braces, whether a backslash
// stands before them or not.
func texText(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range clean(s) {
		if slices.Contains(texLigatures, string([]rune{last, r})) {
			b.WriteString("{}")
		}
		if escaped, ok := texEscapes[r]; ok {
			b.WriteString(escaped)
		} else {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

var texEscapes = map[rune]string{
	'\\': `\textbackslash{}`, '{': `\textbraceleft{}`, '}': `\textbraceright{}`, '%': `\%`, '&': `\&`, '#': `\#`, '_': `\_`, '$': `\$`,
	'~': `\textasciitilde{}`, '^': `\textasciicircum{}`,
}

// texLigatures are the pairs of which TeX makes one character, and which are kept apart.
var texLigatures = []string{"--", "``", "''", "?`", "!`", ",,", "<<", ">>"}

// isoDate writes a date by ISO 8601-2, as biblatex reads it: a stretch with a slash, "~" for one that is inferred.
func isoDate(d Date) string {
	d = d.settled()
	mark := ""
	if d.Circa {
		mark = "~"
	}
	if d.Until == (Day{}) {
		return d.From.String() + mark
	}
	return d.From.String() + mark + "/" + d.Until.String() + mark
}
