package corpus

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

// awkward are texts that a careless writer of YAML gets wrong.
var awkward = []string{
	"on", "Off", "y", "NO", "null", "~", "true", "12", "-3.5", "1e5", "0x1F", "0o17", "1_000", "12:30", "2023-01-24", "2023", ".5", ".inf",
	".NaN", "", " ", " leading", "trailing ", "two  spaces", "\ttab", "a\tb", ": #", "a: b", "a:", "a #b", "#x", "- x", "-", "--- x", "...",
	"? x", "{a: b}", "[x]", "[[lachin]] road", "*x", "&x", "!x", "|", ">", "%x", "@x", "`x", "'", "''", "'x'", "it's", `"`, `"x" y`, `x "y"`,
	`\n`, `\`, "“curly” ‘quotes’", "a\nb", "a\n\nb", "a\n\n\nb", "\n", "a\n", "\na", "a\n b", " a\nb", "a \nb", "x\r\ny", "\x00", "\u0085",
	"\u2028", "\u202e", "\ufeff", "\ufeffx", "\u00a0x", "x\u00a0", "a\u00a0b", "é", "e\u0301", "Ղարաբաղ", "עברית", "😀", "<<", "=", "a, b]",
	"12E-3456", "123-4567", "key: value\nother: value", "# no comment\n\n# at all", "- a\n- b", "…", "a…b", "x\n\n\ty", "0", "00", "+1",
}

func genText() *rapid.Generator[string] {
	words := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(awkward), rapid.StringMatching(`[a-z]{1,12}`)), 1, 40)
	return rapid.OneOf(
		rapid.SampledFrom(awkward),
		rapid.StringOfN(rapid.RuneFrom([]rune("ab 1:#-'\"\\\n\t[]{}>|“é\u00a0,.")), 0, 30, -1),
		rapid.String(),
		rapid.Map(words, func(w []string) string { return strings.Join(w, " ") }),
		rapid.Map(rapid.SliceOfN(rapid.StringMatching(`([a-z:#“]{1,9} ){20,40}[a-z'"]{1,9}`), 1, 3), func(p []string) string {
			return strings.Join(p, "\n\n")
		}),
	)
}

// fill makes a value of any type of package narrative.
func fill(t *rapid.T, v reflect.Value) {
	name := v.Type().Name()
	switch {
	case v.Type() == intervalType:
		text := rapid.SampledFrom([]string{"", "2023-01-24", "2023-01", "2023", "2023-01-10/2023-01-11"}).Draw(t, name)
		if text != "" {
			i, err := narrative.ParseInterval(text)
			if err != nil {
				t.Fatal(err)
			}
			v.Set(reflect.ValueOf(i))
		}
	case isProse(v.Type()):
		v.SetString(genText().Draw(t, name))
	case v.Kind() == reflect.String:
		v.SetString(rapid.SampledFrom([]string{"", "lachin", "12E-3456", "123-4567", "1991", "2023-01-24", "no", "a: b"}).Draw(t, name))
	case v.Kind() == reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, name))
	case v.Kind() == reflect.Slice:
		if n := rapid.IntRange(0, 2).Draw(t, "n"); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(t, v.Index(i))
			}
		}
	default:
		for _, field := range v.Fields() {
			fill(t, field)
		}
	}
}

// genNouns makes a list of nouns with slugs of their own.
func genNouns[T any](t *rapid.T) []T {
	var list []T
	for i := range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "nouns") {
		var noun T
		v := reflect.ValueOf(&noun).Elem()
		fill(t, v)
		v.FieldByName("Slug").SetString(fmt.Sprintf("noun-%d", i))
		list = append(list, noun)
	}
	return list
}

func genCollection() *rapid.Generator[narrative.Collection] {
	return rapid.Custom(func(t *rapid.T) narrative.Collection {
		return narrative.Collection{
			Disputes: genNouns[narrative.Dispute](t), Parties: genNouns[narrative.Party](t), Outlets: genNouns[narrative.Outlet](t),
			Sources: genNouns[narrative.Source](t), Places: genNouns[narrative.Place](t), Terms: genNouns[narrative.Term](t),
			Events: genNouns[narrative.Event](t), Records: genNouns[narrative.Record](t), Facts: genNouns[narrative.Fact](t),
			Articles: genNouns[narrative.Article](t),
		}
	})
}

// decoded reads files without the rules, which a generated collection breaks.
func decoded(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, files map[string][]byte) narrative.Collection {
	t.Helper()
	r := reader{nouns: map[narrative.Kind][]*decoder{}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		r.file(file{name, files[name]})
	}
	if len(r.mistakes) > 0 {
		t.Fatalf("reading what was written: %v\n%s", r.mistakes, bytes.Join(slices.Collect(maps.Values(files)), []byte("\n")))
	}
	r.corpus.Sort()
	return r.corpus
}

// TestWriteRead: what is written reads as what it was written from, and a second writing is the same, byte for byte.
func TestWriteRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := genCollection().Draw(t, "collection")
		c.Sort()
		files, err := Write(c)
		if err != nil {
			t.Fatal(err)
		}
		back := decoded(t, files)
		if !reflect.DeepEqual(c, back) {
			t.Fatalf("written and read (-wrote +read):\n%s", cmp.Diff(c, back))
		}
		again, err := Write(back)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(files, again) {
			t.Fatalf("written again:\n%s", cmp.Diff(files, again))
		}
	})
}

// TestWriteText: each awkward text comes back, alone in a key, in a list, folded and deep inside an article.
func TestWriteText(t *testing.T) {
	t.Parallel()
	for _, s := range awkward {
		t.Run(s, func(t *testing.T) {
			t.Parallel()
			c := narrative.Collection{
				Parties: []narrative.Party{{Slug: "a", Name: s, Note: s + " and " + s}},
				Terms:   []narrative.Term{{Slug: "a", Word: "w", Forms: []string{s, "x", s}}},
				Articles: []narrative.Article{{Slug: "a", Blocks: []narrative.Block{{
					Text: s + strings.Repeat(" word", 40), Claims: []narrative.Claim{{Words: []string{s}, Note: narrative.Markup(s + "\n\n" + s)}},
				}}}},
			}
			files, err := Write(c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c, decoded(t, files)); diff != "" {
				t.Fatalf("(-wrote +read):\n%s", diff)
			}
		})
	}
}

func TestScalarText(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("carts wait ", 15))
	tests := []struct {
		name, in string
		prose    bool
		want     string
	}{
		{"plain", "The bridge is closed", true, " The bridge is closed\n"},
		{"curly", "so-called “bridge”", true, " so-called “bridge”\n"},
		{"truth", "on", true, " 'on'\n"},
		{"number", "12", true, " '12'\n"},
		{"day as text", "2023-01-24", true, " '2023-01-24'\n"},
		{"day", "2023-01-24", false, " 2023-01-24\n"},
		{"days", "2023-01-10/2023-01-11", false, " 2023-01-10/2023-01-11\n"},
		{"year", "2023", false, " 2023\n"},
		{"code", "Y0J-B528", false, " Y0J-B528\n"},
		{"code like a number", "12E-3456", false, " '12E-3456'\n"},
		{"apostrophe", "it's", true, " it's\n"},
		{"colon", "it's: so", true, " 'it''s: so'\n"},
		{"mark", "[[bridge]] is closed", true, " '[[bridge]] is closed'\n"},
		{"nothing", "", true, " ''\n"},
		{"control", "a\u0007b", true, ` "a\ab"` + "\n"},
		{"override", "a\u202eb", true, ` "a\u202eb"` + "\n"},
		{"paragraphs", "One.\n\nTwo.", true, " |-\n  One.\n\n  Two.\n"},
		{"long", long, true, " >-\n  " + long[:104] + "\n  " + long[105:] + "\n"},
		{"long paragraphs", long + "\n\nTwo.", true, " >-\n  " + long[:104] + "\n  " + long[105:] + "\n\n\n  Two.\n"},
		{"long word", strings.Repeat("x", 200), true, " " + strings.Repeat("x", 200) + "\n"},
	}
	for _, test := range tests {
		if got := scalarText(0, 2, test.in, test.prose); got != test.want {
			t.Errorf("%s: scalarText(%q) = %q, want %q", test.name, test.in, got, test.want)
		}
	}
}

func TestWriteTwice(t *testing.T) {
	t.Parallel()
	c := narrative.Collection{Facts: []narrative.Fact{{Slug: "a"}, {Slug: "a"}}}
	if _, err := Write(c); err == nil {
		t.Error("two facts of one slug are written")
	}
	c = narrative.Collection{Parties: []narrative.Party{{Slug: "a", Name: "\xff"}}}
	if _, err := Write(c); err == nil {
		t.Error("text that is not UTF-8 is written")
	}
	c = narrative.Collection{Parties: []narrative.Party{{Slug: "b"}, {Slug: "a"}}}
	if _, err := Write(c); err != nil || c.Parties[0].Slug != "b" {
		t.Errorf("Write changed the order of what it was given: %v, %v", c.Parties, err)
	}
}

// FuzzRead: no bytes in a file make Read panic, and what it takes can be written.
func FuzzRead(f *testing.F) {
	for _, s := range awkward {
		f.Add([]byte("- slug: aa\n  name: " + s + "\n"))
		f.Add([]byte(s))
	}
	f.Add([]byte("- {slug: aa, name: b}\n"))
	f.Add([]byte("- &a\n  slug: aa\n- *a\n- <<: *a\n- !!str x\n"))
	f.Add([]byte("- slug: aa\n  name: >2+\n\n   x\n"))
	f.Add([]byte(strings.Repeat("- ", 50)))
	f.Add([]byte(strings.Repeat("a: ", 50)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			return // the parser takes time that grows with the square of some sizes
		}
		for _, name := range []string{"reference/parties.yaml", "facts/aa.yaml", "aa.yaml"} {
			c, err := Read(fstest.MapFS{name: {Data: data}})
			if err != nil {
				continue
			}
			if _, err := Write(c); err != nil {
				t.Errorf("Write of what was read: %v", err)
			}
		}
	})
}
