package narrative

import (
	"fmt"
	"strings"
)

// Markup is editors' text: one or more paragraphs, divided by an empty line, in which [[slug]] stands for the shown name
// of a place and [@code] or [@slug] cites a claim or a record. There is no other markup.
type Markup string

// A Run is a stretch of [Markup].
type Run struct {
	Text  string // plain text; empty for the other two
	Place Slug
	Cite  string // a claim's code or a record's slug
}

// Runs splits one or more paragraphs of markup into runs, a list for each paragraph. The error names a mark that is not
// closed or does not hold a slug or code.
func (m Markup) Runs() ([][]Run, error) {
	var paragraphs [][]Run
	for paragraph := range strings.SplitSeq(string(m), "\n\n") {
		paragraph = strings.Join(strings.Fields(paragraph), " ")
		if paragraph == "" {
			continue
		}
		runs, err := paragraphRuns(paragraph)
		if err != nil {
			return nil, err
		}
		paragraphs = append(paragraphs, runs)
	}
	return paragraphs, nil
}

func paragraphRuns(s string) ([]Run, error) {
	var runs []Run
	for s != "" {
		start := strings.IndexByte(s, '[')
		if start < 0 {
			return append(runs, Run{Text: s}), nil
		}
		if start > 0 {
			runs = append(runs, Run{Text: s[:start]})
			s = s[start:]
		}
		switch {
		case strings.HasPrefix(s, "[["):
			place, rest, ok := strings.Cut(s[2:], "]]")
			if !ok || !Slug(place).Valid() {
				return nil, fmt.Errorf("%q is no mark of a place such as [[lachin]]", clip(s))
			}
			runs, s = append(runs, Run{Place: Slug(place)}), rest
		case strings.HasPrefix(s, "[@"):
			cite, rest, ok := strings.Cut(s[2:], "]")
			if !ok || !Code(cite).Valid() && !Slug(cite).Valid() {
				return nil, fmt.Errorf("%q is no citation such as [@7K3-M9QX] or [@a-record]", clip(s))
			}
			runs, s = append(runs, Run{Cite: cite}), rest
		default:
			return nil, fmt.Errorf("%q is neither [[place]] nor [@citation]", clip(s))
		}
	}
	return runs, nil
}

// clip shortens s for a message, by code points.
func clip(s string) string {
	runes := []rune(s)
	if len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return s
}

// Plain is the text in plain words: a place by the name that places has for it, by its slug in words where it has none; no
// citations. What is no markup stays as it is.
func (m Markup) Plain(places map[Slug]string) string {
	paragraphs, err := m.Runs()
	if err != nil {
		return string(m)
	}
	texts := make([]string, len(paragraphs))
	for i, runs := range paragraphs {
		for _, run := range runs {
			name := places[run.Place]
			if name == "" {
				name = strings.ReplaceAll(string(run.Place), "-", " ")
			}
			texts[i] += run.Text + name
		}
		texts[i] = strings.Join(strings.Fields(texts[i]), " ") // a citation leaves the space before it
	}
	return strings.Join(texts, " ")
}
