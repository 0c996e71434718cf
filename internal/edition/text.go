package edition

import (
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"counterclaim/internal/narrative"
)

// String returns the text without its marks: citations are left out, words of others stand in quotation marks.
func (t Text) String() string {
	var b strings.Builder
	for _, r := range t {
		switch r.Kind {
		case RunCite:
		case RunSaid:
			b.WriteString("“" + r.Text + "”")
		default:
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

// plain makes a text of one plain run, empty for "".
func plain(parts ...string) Text {
	s := strings.Join(parts, "")
	if s == "" {
		return Text{}
	}
	return Text{{Text: s}}
}

func words(parts ...string) Run { return Run{Text: strings.Join(parts, "")} }

// markup turns editors' text into paragraphs. A place is shown by the name of the name policy; a citation gets its
// number by first use on the page.
func (p *page) markup(m narrative.Markup) []Text {
	paragraphs, err := m.Runs()
	if err != nil {
		p.fail(err)
	}
	texts := make([]Text, 0, len(paragraphs))
	for _, runs := range paragraphs {
		var t Text
		for _, r := range runs {
			switch {
			case r.Place != "":
				t = append(t, p.placeRun(r.Place))
			case r.Cite != "":
				if last := len(t) - 1; last >= 0 && t[last].Kind == "" { // the number stands close to what it is for
					t[last].Text = strings.TrimRight(t[last].Text, " ")
				}
				t = append(t, p.cite(r.Cite))
			default:
				t = append(t, words(r.Text))
			}
		}
		texts = append(texts, t)
	}
	return texts
}

// line turns editors' text into one text, its paragraphs joined by spaces.
func (p *page) line(m narrative.Markup) Text {
	var line Text
	for i, t := range p.markup(m) {
		if i > 0 {
			line = append(line, words(" "))
		}
		line = append(line, t...)
	}
	return line
}

// cite makes a citation of a claim or record, numbered by first use.
func (p *page) cite(ref string) Run {
	n, ok := p.cites[ref]
	if !ok {
		n = len(p.cites) + 1
		p.cites[ref] = n
		if _, isRecord := p.index.Record(narrative.Slug(ref)); isRecord {
			p.records[narrative.Slug(ref)] = true
		}
	}
	return Run{Text: strconv.Itoa(n), Kind: RunCite, Ref: ref}
}

// listed joins texts as English lists do: "a", "a and b", "a, b and c".
func listed(texts []Text) Text {
	var t Text
	for i, item := range texts {
		switch {
		case i == 0:
		case i == len(texts)-1:
			t = append(t, words(" and "))
		default:
			t = append(t, words(", "))
		}
		t = append(t, item...)
	}
	return t
}

// joined joins texts with a separator.
func joined(texts []Text, separator string) Text {
	var t Text
	for i, item := range texts {
		if i > 0 {
			t = append(t, words(separator))
		}
		t = append(t, item...)
	}
	return t
}

// possessive gives a name its ’s, or ’ alone where it is a plural.
func possessive(name string) string {
	if strings.HasSuffix(name, "ies") || strings.HasSuffix(name, "ers") || strings.HasSuffix(name, "Nations") || strings.HasSuffix(name, "States") {
		return name + "’"
	}
	return name + "’s"
}

// upperFirst begins a sentence with s.
func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// lowerFirst lowers the first letter of a text that is no proper name.
func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToLower(r)) + s[size:]
}

// sentence ends s with a full stop where it has no end of its own.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, ".”") {
		return s
	}
	return s + "."
}

// ended ends a text with a full stop where it has no end of its own.
func ended(t Text) Text {
	if s := t.String(); sentence(s) != s {
		return append(t, words("."))
	}
	return t
}

// counted says a number of things: "1 article", "5 articles".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

var textType = reflect.TypeFor[Text]()

// settle brings what v points to into the published form: texts in NFC, neighbouring plain runs as one, lists never
// null but for those that are left out when they are empty.
func settle(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		settle(v.Elem())
	case reflect.Struct:
		for f, field := range v.Fields() {
			if field.Kind() == reflect.Slice && field.IsNil() && strings.HasSuffix(f.Tag.Get("json"), ",omitempty") {
				continue // as it is read back
			}
			settle(field)
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if v.Type() == textType {
			v.Set(reflect.ValueOf(tidy(v.Interface().(Text))))
		}
		for i := range v.Len() {
			settle(v.Index(i))
		}
	case reflect.String:
		v.SetString(norm.NFC.String(v.String()))
	}
}

// tidy drops empty runs and makes one of neighbouring plain ones.
func tidy(t Text) Text {
	tidied := make(Text, 0, len(t))
	for _, r := range t {
		last := len(tidied) - 1
		switch {
		case r.Text == "":
		case last >= 0 && r.Kind == "" && tidied[last].Kind == "" && r.Lang == tidied[last].Lang:
			tidied[last].Text += r.Text
		default:
			tidied = append(tidied, r)
		}
	}
	return tidied
}
