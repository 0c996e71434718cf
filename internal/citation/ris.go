package citation

import (
	"fmt"
	"strings"
)

// RISType is the media type of [Work.RIS].
const RISType = "application/x-research-info-systems; charset=utf-8"

// RIS writes the reference in RIS, in UTF-8: a tag of two characters, two spaces, a hyphen, a space and the value on each
// line, ended by CR and LF. RIS has no escapes; a value is one line, so that nothing in it can be taken for a tag.
func (w Work) RIS() []byte {
	var b strings.Builder
	line := func(tag, value string) {
		if value = clean(value); value != "" {
			b.WriteString(tag + "  - " + value + "\r\n")
		}
	}
	switch w.Type {
	case Newspaper:
		line("TY", "NEWS")
	case Post:
		line("TY", "BLOG")
	default:
		line("TY", "ELEC")
	}
	line("ID", w.key())
	for _, a := range w.Authors {
		line("AU", a.inverted())
	}
	line("TI", w.Title)
	line("T2", w.Container)
	line("M3", w.Genre)
	if shared := w.Issued.shared(); w.Issued.Known() && shared.Year > 0 {
		line("PY", fmt.Sprint(shared.Year))
		line("DA", risDate(shared))
	}
	if w.Accessed.Known() {
		line("Y2", risDate(w.Accessed.From))
	}
	line("UR", address(w.URL))
	line("ET", w.Version)
	line("LA", w.Language)
	line("DB", w.Archive)
	line("AN", w.ArchiveLocation)
	line("N1", w.Note)
	line("AB", w.Abstract)
	b.WriteString("ER  - \r\n")
	return []byte(b.String())
}

// risDate writes a day as RIS does: YYYY/MM/DD/ and nothing after the last slash, parts that are not known being empty.
func risDate(d Day) string {
	month, day := "", ""
	if d.Month > 0 {
		month = fmt.Sprintf("%02d", d.Month)
	}
	if d.Day > 0 {
		day = fmt.Sprintf("%02d", d.Day)
	}
	return fmt.Sprintf("%04d/%s/%s/", d.Year, month, day)
}
