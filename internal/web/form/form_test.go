package form

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

// nouns are one of each type that has a form.
var nouns = []any{
	narrative.Dispute{}, narrative.Party{}, narrative.Outlet{}, narrative.Source{}, narrative.Place{}, narrative.Term{},
	narrative.Event{}, narrative.Record{}, narrative.Fact{}, narrative.Article{}, narrative.Claim{},
}

// drawText draws a text as nouns hold it, in several scripts and with what forms use as marks.
func drawText(t *rapid.T) string {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{
		"rows", "[rows]", "on", "Xankəndi", "Ստեփանակերտ", "Ханкенди", "خان\u200cکندی", "a & b", "<b>", "[[bridge]]", "[@7K3-M9QX]", "é", "0", "10%", `"said"`,
	}), 1, 4).Draw(t, "words")
	return strings.Join(words, " ")
}

// draw fills a value with what its type may hold. Rows are never empty, since a form leaves those out.
func draw(t *rapid.T, v reflect.Value, required bool) {
	switch {
	case v.Type() == reflect.TypeFor[narrative.Interval]():
		i, err := narrative.ParseInterval(rapid.SampledFrom([]string{"2023-01-24", "2023-02", "2022", "2023-01-10/2023-01-11"}).Draw(t, "interval"))
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "known") {
			v.Set(reflect.ValueOf(i))
		}
	case v.Kind() == reflect.Struct:
		first := true
		for i := range v.NumField() {
			if keyOf(v.Type().Field(i)) == "" {
				continue
			}
			draw(t, v.Field(i), required && first)
			first = false
		}
	case v.Kind() == reflect.Slice:
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			element := reflect.New(v.Type().Elem()).Elem()
			draw(t, element, true)
			v.Set(reflect.Append(v, element))
		}
	case v.Kind() == reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case v.Kind() == reflect.String && (required || rapid.Bool().Draw(t, "given")):
		v.SetString(drawText(t))
	}
}

func TestReadWhatIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		noun := reflect.New(reflect.TypeOf(rapid.SampledFrom(nouns).Draw(t, "type"))).Elem()
		draw(t, noun, true)
		got := reflect.New(noun.Type())
		if problems := Read(Write(noun.Interface()), got.Interface()); len(problems) > 0 {
			t.Fatalf("problems: %v", problems)
		}
		if diff := cmp.Diff(noun.Interface(), got.Elem().Interface(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-written +read)\n%s", diff)
		}
		fields := Write(noun.Interface())
		Tidy(fields, noun.Interface())
		if diff := cmp.Diff(Write(noun.Interface()), fields); diff != "" {
			t.Fatalf("a tidy form was tidied (-before +after)\n%s", diff)
		}
		if list := Differences(fields, Write(got.Elem().Interface())); len(list) > 0 {
			t.Fatalf("differences of the same: %v", list)
		}
	})
}

// TestReadAsksForEveryField checks that a form that was cut off, or sent a field twice, is not taken for a whole one.
func TestReadAsksForEveryField(t *testing.T) {
	t.Parallel()
	fact := narrative.Fact{
		Question: "Is it?", Positions: []narrative.Position{{Slug: "yes", Label: "It is."}},
		Points: []narrative.Point{{Kind: narrative.SaidByOne, Text: "x", Claims: []narrative.Code{"7K3-M9QX"}}},
	}
	whole := Write(fact)
	for path := range whole {
		fields := Write(fact)
		delete(fields, path)
		if problems := Read(fields, new(narrative.Fact)); len(problems) != 1 || problems[0].Path != path {
			t.Errorf("without %s: %v", path, problems)
		}
		if path == "points[0].claims" || whole.Get(path) == rowsMark {
			continue // may come once for each line
		}
		fields = Write(fact)
		fields.Add(path, "once more")
		if problems := Read(fields, new(narrative.Fact)); len(problems) != 1 || problems[0].Path != path {
			t.Errorf("%s twice: %v", path, problems)
		}
	}
}

func TestReadCleans(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"  Is\r\nit \n\n \r\n so? ": "Is it\n\nso?",
		"e\u0301":                   "é",
		"\n\n":                      "",
		"a\rb":                      "a b",
	}
	for typed, want := range tests {
		fields := Write(narrative.Party{})
		fields.Set("note", typed)
		var p narrative.Party
		if problems := Read(fields, &p); len(problems) > 0 || p.Note != want {
			t.Errorf("%q is read as %q (%v), want %q", typed, p.Note, problems, want)
		}
	}
}

func TestReadLists(t *testing.T) {
	t.Parallel()
	fields := Write(narrative.Term{})
	fields["used_by"] = []string{"north", "", " south \r\neast"}
	var term narrative.Term
	if problems := Read(fields, &term); len(problems) > 0 {
		t.Fatal(problems)
	}
	if want := []narrative.Slug{"north", "south", "east"}; !cmp.Equal(term.UsedBy, want) {
		t.Errorf("used by %q, want %q", term.UsedBy, want)
	}
	fields.Set("used_by", strings.Repeat("x\n", MaxRows+1))
	if problems := Read(fields, &term); len(problems) != 1 || problems[0].Path != "used_by" {
		t.Errorf("a list that is too long: %v", problems)
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	fields := Write(narrative.Fact{Aspects: []narrative.Aspect{
		{}, {Question: "Who?", Positions: []narrative.Position{{}, {Label: "They."}, {}}}, {},
	}})
	fields.Set("aspects[9].new", "")
	Tidy(fields, narrative.Fact{})
	want := Write(narrative.Fact{Aspects: []narrative.Aspect{{Question: "Who?", Positions: []narrative.Position{{Label: "They."}}}}})
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMove(t *testing.T) {
	t.Parallel()
	positions := func(labels ...narrative.Markup) []narrative.Position {
		var list []narrative.Position
		for _, l := range labels {
			list = append(list, narrative.Position{Label: l})
		}
		return list
	}
	tests := []struct {
		button string
		want   []narrative.Position // nil if the button is none
	}{
		{"positions[1].up", positions("b", "a", "c")},
		{"positions[0].up", positions("a", "b", "c")},
		{"positions[1].down", positions("a", "c", "b")},
		{"positions[2].down", positions("a", "b", "c")},
		{"positions[1].remove", positions("a", "c")},
		{"positions.add", positions("a", "b", "c")},
		{"positions[7].up", nil},
		{"positions[99999].up", nil},
		{"positions.up", nil},
		{"positions[0].add", nil},
		{"save", nil},
		{"", nil},
		{"positions[1].label", nil},
		{"Positions[1].up", nil},
	}
	for _, test := range tests {
		fields := Write(narrative.Fact{Question: "Is it?", Positions: positions("a", "b", "c")})
		before := Write(narrative.Fact{Question: "Is it?", Positions: positions("a", "b", "c")})
		if moved := Move(fields, test.button); moved != (test.want != nil) {
			t.Errorf("Move by %q = %v", test.button, moved)
		}
		var fact narrative.Fact
		if problems := Read(fields, &fact); len(problems) > 0 || fact.Question != "Is it?" {
			t.Errorf("after %q: %v", test.button, problems)
		}
		if test.want == nil {
			if diff := cmp.Diff(before, fields); diff != "" {
				t.Errorf("%q changes the form:\n%s", test.button, diff)
			}
		} else if diff := cmp.Diff(test.want, fact.Positions); diff != "" {
			t.Errorf("after %q (-want +got)\n%s", test.button, diff)
		}
	}
	inner := Write(narrative.Fact{Aspects: []narrative.Aspect{{Question: "x?"}, {Question: "Who?", Positions: positions("a", "b")}}})
	var fact narrative.Fact
	if !Move(inner, "aspects[1].positions[1].up") || len(Read(inner, &fact)) > 0 || fact.Aspects[1].Positions[0].Label != "b" {
		t.Errorf("rows in rows: %+v", fact.Aspects)
	}
	full := url.Values{}
	for range MaxRows {
		Move(full, "gaps.add")
	}
	if Move(full, "gaps.add") || len(Rows(full, "gaps")) != MaxRows {
		t.Errorf("%d rows", len(Rows(full, "gaps")))
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	before := Write(narrative.Fact{Question: "Is it?", Positions: []narrative.Position{{Slug: "yes", Label: "It is."}}, Gaps: []narrative.Gap{{Title: "a", Text: "b"}}})
	after := Write(narrative.Fact{Question: "Is it so?", Positions: []narrative.Position{{Slug: "yes", Label: "It is."}, {Slug: "no", Label: "It is not."}}})
	after.Set(".version", "7")
	want := []Difference{
		{"gaps[0].text", "b", ""}, {"gaps[0].title", "a", ""}, {"positions[1].label", "", "It is not."}, {"positions[1].slug", "", "no"},
		{"question", "Is it?", "Is it so?"},
	}
	if diff := cmp.Diff(want, Differences(before, after)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	tests := map[string]narrative.Slug{
		"Was the bridge open?": "was-the-bridge-open",
		"Xankəndi":             "xankendi", "Əliyev": "eliyev", "Laçın": "lacin", "Dağlıq Qarabağ": "dagliq-qarabag", "İşğal": "isgal",
		"Степанакерт": "stepanakert", "Ханкенди": "khankendi",
		"Ստեփանակերտ": "stepanakert", "Արցախ": "artsakh",
		"Was [[bridge]] open [@toll-book]?": "was-bridge-open-toll-book",
		"don’t":                             "dont", "a_b": "a-b", "": "", "?!": "", "x": "",
		strings.Repeat("word ", 40): narrative.Slug(strings.TrimSuffix(strings.Repeat("word-", 12), "-")),
		strings.Repeat("x", 200):    narrative.Slug(strings.Repeat("x", 60)),
		"\x00\xff<script>alert(1)":  "script-alert-1",
	}
	for title, want := range tests {
		if got := Slug(title); got != want {
			t.Errorf("Slug(%q) = %q, want %q", title, got, want)
		}
	}
	for _, title := range []string{"خان\u200cکندی", "北京"} {
		if got := Slug(title); !got.Valid() {
			t.Errorf("Slug(%q) = %q", title, got)
		}
	}
	if got := FreeSlug("yes", []narrative.Slug{"yes", "yes-2", "no"}); got != "yes-3" {
		t.Errorf("FreeSlug = %q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		if got := Slug(rapid.String().Draw(t, "title")); got != "" && !got.Valid() {
			t.Fatalf("%q is no slug", got)
		}
	})
}
