package citation

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

// A reference is what the foreign reader is given.
type reference struct {
	Form string `json:"form"` // bibtex, ris or csl
	Text string `json:"text"`
}

// What the foreign reader makes of it.
type reading struct {
	Items   []map[string]any `json:"items"`
	Strict  []map[string]any `json:"strict"`
	Printed string           `json:"printed"`
	Error   string           `json:"error"`
}

// readForeign reads references with Citation.js. `make tools` installs it.
func readForeign(t *testing.T, references []reference) []reading {
	t.Helper()
	in, err := json.Marshal(references)
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	node := exec.CommandContext(t.Context(), "node", "testdata/read.js")
	node.Stdin, node.Stderr = bytes.NewReader(in), &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node testdata/read.js (`make tools` installs what it needs): %v\n%s", err, stderr.Bytes())
	}
	var readings []reading
	if err := json.Unmarshal(out, &readings); err != nil || len(readings) != len(references) {
		t.Fatalf("%d readings of %d references: %v", len(readings), len(references), err)
	}
	return readings
}

// works are those that the foreign reader is given: one as the program makes them, those with each hostile text in every
// field, and many at random.
func works() []Work {
	works := []Work{edition()}
	for i, s := range hostile {
		works = append(works, Work{
			Key: "hostile", Type: []Type{Webpage, Newspaper}[i%2], Title: "T " + s, Genre: s, Container: s, Authors: []Name{{Literal: s}, {Literal: "Second"}},
			Issued: Date{From: Day{2031, 3, 9}}, URL: "https://x.example/" + s, Version: s, Note: s, Abstract: s,
		})
	}
	for i := range 200 {
		works = append(works, anyWork().Example(i))
	}
	return works
}

// TestForeignReader has Citation.js read what we write and compares, field by field, with what was meant.
func TestForeignReader(t *testing.T) {
	t.Parallel()
	all := works()
	var references []reference
	for _, w := range all {
		references = append(references, reference{"bibtex", string(w.BibTeX())}, reference{"ris", string(w.RIS())}, reference{"csl", string(w.CSL())})
	}
	readings := readForeign(t, references)
	for i, w := range all {
		for k, form := range []string{"bibtex", "ris", "csl"} {
			r := readings[3*i+k]
			if r.Error != "" || len(r.Items) != 1 {
				t.Errorf("%s: %d items, error %q, of\n%s", form, len(r.Items), r.Error, references[3*i+k].Text)
				continue
			}
			got, want := r.Items[0], meant(w, form)
			for field, value := range want {
				if field == "author" {
					got[field] = names(got[field])
				}
				if !reflect.DeepEqual(got[field], value) {
					t.Errorf("%s: %s is %q, want %q, of\n%s", form, field, got[field], value, references[3*i+k].Text)
				}
			}
		}
		checkStrict(t, w, readings[3*i+2])
	}
}

// checkStrict checks that no property of the CSL-JSON is unknown or of a wrong type, and that a CSL processor prints the
// title and address.
func checkStrict(t *testing.T, w Work, r reading) {
	t.Helper()
	var items []map[string]any
	if err := json.Unmarshal(w.CSL(), &items); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(items, r.Strict) {
		t.Errorf("a strict reading keeps %v of %v", r.Strict, items)
	}
	if w.Title == edition().Title && (!strings.Contains(r.Printed, w.Title) || !strings.Contains(r.Printed, w.URL)) {
		t.Errorf("printed as %q", r.Printed)
	}
}

// meant is what a reader of a form should make of a work, as CSL-JSON. Of some fields a form has no place, or the reader
// passes over it.
func meant(w Work, form string) map[string]any {
	fields := map[string]any{
		"id": w.key(), "title": clean(w.Title), "type": string(cmp.Or(w.Type, Webpage)), "URL": address(w.URL),
	}
	set := func(name, value string) {
		if value = clean(value); value != "" {
			fields[name] = value
		}
	}
	set("abstract", w.Abstract)
	set("language", w.Language)
	var authors []any
	for _, a := range w.Authors {
		if a.String() != "" {
			authors = append(authors, folded(a.inverted()))
		}
	}
	if len(authors) > 0 {
		fields["author"] = authors
	}
	switch form {
	case "bibtex":
		if w.Type == Newspaper {
			fields["type"] = "article-journal" // the reader has no newspapers, but keeps the subtype
			set("container-title", w.Container)
		} else {
			fields["type"] = "webpage"
			set("publisher", w.Container)
		}
		set("version", w.Version)
		set("note", w.archived())
	case "ris":
		if w.Type == Post {
			fields["type"] = "post-weblog"
		}
		set("note", w.Note)
		set("edition", w.Version)
		if w.Type == Newspaper {
			set("container-title", w.Container)
			if authors != nil {
				delete(fields, "author") // the reader keeps the authors of news under another name
				fields["reporter"] = anyOrOne(w.Authors)
			}
		}
	default:
		set("container-title", w.Container)
		set("version", w.Version)
		set("note", w.Note)
		set("genre", w.Genre)
		set("archive", w.Archive)
		set("archive_location", w.ArchiveLocation)
	}
	if w.Issued.Known() {
		parts := newCSLDate(w.Issued).Parts
		if form == "ris" {
			parts = nil
			if shared := w.Issued.shared(); shared.Year > 0 {
				parts = [][]int{shared.parts()}
				if w.Type == Newspaper {
					parts = [][]int{{shared.Year}} // all that the reader takes of a paper's day
				}
			}
		}
		if parts != nil {
			fields["issued"] = issued(parts, form == "csl" && w.Issued.Circa)
		}
	}
	return fields
}

// anyOrOne are the names of authors as a field that is no list of names has them.
func anyOrOne(authors []Name) any {
	var list []any
	for _, a := range authors {
		if a.String() != "" {
			list = append(list, a.inverted())
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func issued(parts [][]int, circa bool) map[string]any {
	var list []any
	for _, part := range parts {
		var numbers []any
		for _, n := range part {
			numbers = append(numbers, float64(n))
		}
		list = append(list, numbers)
	}
	date := map[string]any{"date-parts": list}
	if circa {
		date["circa"] = true
	}
	return date
}

// names writes authors as the reader has them, however it took them apart.
func names(authors any) any {
	list, ok := authors.([]any)
	if !ok {
		return authors
	}
	var written []any
	for _, a := range list {
		fields := a.(map[string]any)
		part := func(name string) string { s, _ := fields[name].(string); return s }
		written = append(written, folded(part("literal")+part("family")+part("given")+part("suffix")+part("non-dropping-particle")+part("dropping-particle")))
	}
	return written
}

// folded leaves of a name what no reader changes when it takes it apart: its letters in some order, without the marks
// between them.
func folded(name string) string {
	return strings.NewReplacer(" ", "", ",", "").Replace(name)
}
