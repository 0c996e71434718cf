package citation

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// edition is a reference as the program makes them.
func edition() Work {
	return Work{
		Key: "facts-ferry-line-4", Type: Webpage, Title: "Was the ferry line running?", Authors: []Name{{Literal: "Counterclaim"}},
		Container: "Counterclaim", Issued: Date{From: Day{2031, 6, 9}}, URL: "https://desk.example/facts/ferry-line/editions/4",
		Version: "4", Language: "en", Archive: "Log of Counterclaim", ArchiveLocation: "sha256:00ff",
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		work Work
		want string
	}{
		{"an edition", edition(),
			"Counterclaim. “Was the ferry line running?” Edition 4, 9 June 2031. https://desk.example/facts/ferry-line/editions/4"},
		{"nothing but a title", Work{Title: "The line"}, "“The line.”"},
		{"persons, a stretch and a day of access", Work{
			Title: "The line", Authors: []Name{{Family: "Quay", Given: "Ann"}, {Literal: "The crew"}}, Genre: "Statement", Container: "Island Daily",
			Issued: Date{From: Day{2031, 3, 1}, Until: Day{2031, 3, 9}, Circa: true}, Accessed: Date{From: Day{2031, 4, 0}}, URL: "https://daily.example/",
		}, "Ann Quay; The crew. “The line.” Statement, Island Daily, between 1 March 2031 and 9 March 2031, inferred. https://daily.example/ (accessed April 2031)"},
		{"what is in no line", Work{Title: "a\r\nb\x00\u202ec\u2028d\xff"}, "“a b c d\uFFFD.”"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.work.Text(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestBibTeX(t *testing.T) {
	t.Parallel()
	want := `@online{facts-ferry-line-4,
  title = {{Was the ferry line running?}},
  author = {{Counterclaim}},
  organization = {{Counterclaim}},
  date = {2031-06-09},
  year = 2031,
  month = jun,
  version = {4},
  url = {https://desk.example/facts/ferry-line/editions/4},
  language = {en},
  note = {{Log of Counterclaim sha256:00ff.}},
}
`
	if got := string(edition().BibTeX()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	w := Work{Key: "a b", Type: Newspaper, Title: `50% {of} "it"`, URL: "https://x.example/{a}%20_b", Issued: Date{From: Day{2031, 3, 31}, Until: Day{2031, 4, 1}}}
	want = `@article{a-b,
  title = {{50\% \textbraceleft{}of\textbraceright{} "it"}},
  entrysubtype = {newspaper},
  date = {2031-03-31/2031-04-01},
  year = 2031,
  url = {https://x.example/%7Ba%7D%20_b},
}
`
	if got := string(w.BibTeX()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestRIS(t *testing.T) {
	t.Parallel()
	want := strings.ReplaceAll(`TY  - ELEC
ID  - facts-ferry-line-4
AU  - Counterclaim
TI  - Was the ferry line running?
T2  - Counterclaim
PY  - 2031
DA  - 2031/06/09/
UR  - https://desk.example/facts/ferry-line/editions/4
ET  - 4
LA  - en
DB  - Log of Counterclaim
AN  - sha256:00ff
ER  - 
`, "\n", "\r\n")
	if got := string(edition().RIS()); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	injected := Work{Title: "one\r\nER  - \r\nTY  - BOOK", Issued: Date{From: Day{2031, 3, 1}, Until: Day{2031, 3, 9}}}
	if got := string(injected.RIS()); strings.Count(got, "\r\nER  - \r\n") != 1 || !strings.Contains(got, "\r\nDA  - 2031/03//\r\n") {
		t.Errorf("got %q", got)
	}
}

func TestCSL(t *testing.T) {
	t.Parallel()
	w := edition()
	w.Issued = Date{From: Day{Year: 2031, Month: 6}, Until: Day{Year: 2031, Month: 7}, Circa: true}
	w.Authors = append(w.Authors, Name{Family: "Quay", Given: "Ann"})
	var items []map[string]any
	if err := json.Unmarshal(w.CSL(), &items); err != nil {
		t.Fatal(err)
	}
	want := `{"URL":"https://desk.example/facts/ferry-line/editions/4","archive":"Log of Counterclaim","archive_location":"sha256:00ff",` +
		`"author":[{"literal":"Counterclaim"},{"family":"Quay","given":"Ann"}],"container-title":"Counterclaim","id":"facts-ferry-line-4",` +
		`"issued":{"circa":true,"date-parts":[[2031,6],[2031,7]]},"language":"en","title":"Was the ferry line running?","type":"webpage","version":"4"}`
	if got, _ := json.Marshal(items[0]); len(items) != 1 || string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestParseDay(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]Day{"2023": {2023, 0, 0}, "2023-01": {2023, 1, 0}, "2023-01-24": {2023, 1, 24}} {
		if got, ok := ParseDay(s); !ok || got != want || got.String() != s {
			t.Errorf("ParseDay(%q) = %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "0000", "23", "2023-13", "2023-02-30", "2023-1-2", "2023-01-02T00:00", "x"} {
		if got, ok := ParseDay(s); ok {
			t.Errorf("ParseDay(%q) = %v", s, got)
		}
	}
}

// hostile are texts with all that a form gives a meaning.
var hostile = []string{
	"", "plain words", `\{}%&#_$~^"`, "a -- b --- c", "``q'' ?` !` ,,x << >>", "one and two", "comma, in it", "ER  - \r\nTY  - BOOK", "} @book{x, title={y",
	"<i>markup</i> & <script>alert(1)</script>", "Ծանոթ, səs, дорога, الجسر", "e\u0301 \U0001F680", "tab\tnul\x00bad\xff", "=1+1", "{", "}}", `\`, `\"u`, "%", "“q”",
	"$x^2$", "   ", "\u202eback",
}

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(hostile), rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("\\{}%&#_$~^\"'`-<>,.= ab"))))
}

func anyDay() *rapid.Generator[Day] {
	return rapid.Custom(func(t *rapid.T) Day {
		d := Day{Year: rapid.IntRange(1000, 2999).Draw(t, "year")}
		if rapid.Bool().Draw(t, "month known") {
			d.Month = rapid.IntRange(1, 12).Draw(t, "month")
			if rapid.Bool().Draw(t, "day known") {
				d.Day = rapid.IntRange(1, 28).Draw(t, "day")
			}
		}
		return d
	})
}

func anyWork() *rapid.Generator[Work] {
	return rapid.Custom(func(t *rapid.T) Work {
		text := func(name string) string { return anyText().Draw(t, name) }
		w := Work{
			Key: text("key"), Type: rapid.SampledFrom([]Type{Webpage, Newspaper, Post}).Draw(t, "type"), Genre: text("genre"), Title: "T " + text("title"),
			Container: text("container"), URL: "https://x.example/" + text("url"), Version: text("version"), Note: text("note"), Abstract: text("abstract"),
			Archive: text("archive"), ArchiveLocation: text("archive location"), Language: rapid.SampledFrom([]string{"", "en", "hy", "az-Cyrl"}).Draw(t, "language"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "authors") {
			if rapid.Bool().Draw(t, "in one piece") {
				w.Authors = append(w.Authors, Name{Literal: text("name")})
			} else {
				w.Authors = append(w.Authors, Name{Family: text("family"), Given: text("given")})
			}
		}
		if rapid.Bool().Draw(t, "issued") {
			w.Issued = Date{From: anyDay().Draw(t, "from"), Circa: rapid.Bool().Draw(t, "circa")}
			if rapid.Bool().Draw(t, "a stretch") {
				w.Issued.Until = anyDay().Draw(t, "until")
			}
		}
		if rapid.Bool().Draw(t, "accessed") {
			w.Accessed.From = anyDay().Draw(t, "accessed on")
		}
		return w
	})
}

// TestForms checks of any work what holds of a form as such: RIS has one value a line, BibTeX balanced braces, CSL-JSON
// is JSON, and all is UTF-8 without control characters.
func TestForms(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkForms(t, anyWork().Draw(t, "work")) })
}

// fataler is the part of a test that both properties and fuzz tests have.
type fataler interface {
	Fatalf(format string, args ...any)
}

func checkForms(t fataler, w Work) {
	bib, ris, csl, text := string(w.BibTeX()), string(w.RIS()), w.CSL(), w.Text()
	for _, form := range []string{bib, ris, string(csl), text} {
		if !utf8.ValidString(form) || strings.ContainsFunc(strings.NewReplacer("\r\n", "", "\n", "").Replace(form), unicode.IsControl) {
			t.Fatalf("not clean: %q", form)
		}
	}
	depth := 0
	for i, c := range bib {
		switch c {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 || depth == 0 && c != '}' && i > strings.Index(bib, "{") && c != '\n' {
			t.Fatalf("unbalanced braces: %s", bib)
		}
	}
	if depth != 0 {
		t.Fatalf("unbalanced braces: %s", bib)
	}
	lines := strings.Split(ris, "\r\n")
	for i, line := range lines[:len(lines)-1] {
		if len(line) < 6 || line[2:6] != "  - " || (i == 0) != strings.HasPrefix(line, "TY") || (i == len(lines)-2) != strings.HasPrefix(line, "ER") {
			t.Fatalf("line %d of RIS: %q", i, line)
		}
	}
	if lines[len(lines)-1] != "" || strings.Contains(text, "\n") {
		t.Fatalf("RIS %q, text %q", ris, text)
	}
	var items []cslItem
	d := json.NewDecoder(bytes.NewReader(csl))
	d.DisallowUnknownFields()
	if err := d.Decode(&items); err != nil || len(items) != 1 || items[0].ID == "" || items[0].Type == "" {
		t.Fatalf("CSL %s: %v", csl, err)
	}
}

func FuzzForms(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, hostile[(i+1)%len(hostile)], hostile[(i+2)%len(hostile)], 2031, 3, 4)
	}
	f.Fuzz(func(t *testing.T, key, text, other string, year, month, day int) {
		d := Date{From: Day{year, month, day}, Until: Day{Year: day}}
		checkForms(t, Work{
			Key: key, Title: text, Genre: other, Container: other, Authors: []Name{{Literal: text}, {Family: other, Given: text}}, URL: other, Version: text,
			Language: other, Archive: text, ArchiveLocation: other, Note: text, Abstract: other, Issued: d, Accessed: d, Type: Newspaper,
		})
		if d, ok := ParseDay(text); ok && d.String() != text {
			t.Errorf("ParseDay(%q) = %v", text, d)
		}
	})
}
