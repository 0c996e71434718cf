package edition

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

var onCourt = Redaction{"2031-07-01T10:00:00Z", "by order of the harbour court"}

// markedPage is [collection] with words that stand nowhere else in a passage, with what an edition and the desk's text can say
// of it, and in the name of a person.
func markedPage() narrative.Collection {
	c := collection()
	march := &c.Articles[0]
	march.Headline, march.Byline, march.Credit, march.URL = "Zanthor tells of boats", "By Zanthor Quill", "after the Zanthor bulletin", "https://daily.example/zanthor-tells"
	block := &march.Blocks[1]
	block.Text = "some 980 zumboats, over 850 of them tugs and over 120 barges, sailed past the long quay"
	block.Claims[0].Words = []string{"some 980 zumboats", "sailed past the long quay"}
	block.Claims[0].Note = "The paper prints “zumboats”. Nobody else has the word."
	block.Claims[0].Figures[0].Verbatim, block.Claims[0].Figures[0].Unit = "some 980 zumboats", "boats"
	block.Claims = append(block.Claims, narrative.Claim{
		Code: code(40), Words: []string{"barges, sailed past the long quay"}, Source: "captains", Voice: narrative.Paraphrase,
		Stances: on("running", narrative.Asserted),
	}, narrative.Claim{
		Code: code(41), Words: []string{"over 120 barges"}, Source: "captains", Voice: narrative.Paraphrase, Stances: on("running", narrative.Asserted),
		Counters: []narrative.Counter{{To: code(whole), Relation: narrative.Restates, Fact: "ferry-line", Why: "“zumboats” are boats here"}},
	})
	c.Facts[0].Background += narrative.Markup(" The minister counts “some 980 zumboats”.[@" + string(code(whole)) + "]")
	c.Facts[0].Gaps = append(c.Facts[0].Gaps, narrative.Gap{Title: "A count", Text: "Who else saw what “sailed past the long quay”?"})
	for i := range c.Sources {
		if c.Sources[i].Slug == "south-minister" {
			c.Sources[i].Name, c.Sources[i].Printed = "Ilse Quorrin", []string{"Mrs Quorrin", "the minister"}
			c.Sources[i].Offices = []narrative.Office{{Title: "Southland’s quorrinal minister"}}
		}
	}
	c.Events[1].Title = "Hearing of Quorrin"
	c.Records[0].Maker = "Ilse Quorrin’s office"
	wire := &c.Articles[1]
	wire.Blocks[0].Claims[0].Named, wire.Blocks[0].Claims[0].Office = "Minister Quorrin", "minister of quorrinal ports"
	wire.Blocks = append(wire.Blocks, narrative.Block{Text: "the captains wait for Mrs Quorrin", Claims: []narrative.Claim{{
		Code: code(42), Source: "captains", Voice: narrative.Paraphrase, Stances: on("stopped", narrative.Asserted),
	}}})
	return c
}

// takeDown takes something out of a body, of which it has learned, and fails if it is not in it.
func takeDown(t *testing.T, td *Takedown, body []byte) (left []byte, b Body) {
	t.Helper()
	if err := td.Learn(body); err != nil {
		t.Fatal(err)
	}
	left, held, err := td.Apply(body, onCourt)
	if err != nil || !held {
		t.Fatalf("held: %v (%v)", held, err)
	}
	b, err = Read(left)
	if err != nil {
		t.Fatal(err)
	}
	if b.Salt != "" {
		t.Error("the salt is left, with which a hash confirms a guess")
	}
	return left, b
}

func TestTakedown(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		td     *Takedown
		absent []string
		gone   []int // claims
		kept   []string
	}{
		"a passage": {
			TakeClaim(string(code(whole))), []string{"zumboat", "past the long quay", "some 980"}, []int{whole, 40},
			[]string{"over 120 barges", "The minister counts", "Zanthor tells of boats", "Ilse Quorrin", "The line runs to"},
		},
		"an article": {
			TakeArticle("daily-march"), []string{"zanthor", "zumboat", "running every day", "over 120 barges"},
			[]int{runs, whole, partA, partB, relayed, vague, 40, 41}, []string{"Island Daily", "nothing has sailed since", "Ilse Quorrin"},
		},
		"a person": {
			TakeSource("withheld-1", "south-minister"), []string{"quorrin", "south-minister", "nothing has sailed", "the captains wait", "found a solution"},
			[]int{stopped, jointA, jointB, 42}, []string{"zumboats", "Hearing of " + NameWithheld, NameWithheld + "’s office", "Minister of Northland", "the line must sail again"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := compile(t, markedPage(), nil)
			left, b := takeDown(t, tt.td, seal(t, content, 1))
			for _, word := range tt.absent {
				if i := strings.Index(strings.ToLower(string(left)), strings.ToLower(word)); i >= 0 {
					t.Errorf("%q is left: …%s…", word, left[max(0, i-200):min(len(left), i+100)])
				}
			}
			for _, word := range tt.kept {
				if !strings.Contains(string(left), word) {
					t.Errorf("%q is gone", word)
				}
			}
			var gone []string
			for _, claim := range b.Content.Claims {
				if claim.Withheld != (Redaction{}) {
					gone = append(gone, claim.Code)
					if claim.Withheld != onCourt || !slices.Equal(claim.Segments, []string{"[withheld on 1 July 2031: by order of the harbour court]"}) {
						t.Errorf("claim %s says %q, withheld %+v", claim.Code, claim.Segments, claim.Withheld)
					}
				}
			}
			var want []string
			for _, n := range tt.gone {
				want = append(want, string(code(n)))
			}
			slices.Sort(gone)
			slices.Sort(want)
			if diff := cmp.Diff(want, gone); diff != "" {
				t.Errorf("claims withheld (-want +got):\n%s", diff)
			}
			if len(b.Content.Claims) != len(content.Claims) || !slices.IsSortedFunc(b.Content.Sources, func(a, b Source) int { return strings.Compare(a.Slug, b.Slug) }) {
				t.Error("claims are missing, or the sources are out of order")
			}
			if redactions, err := ReadRedactions(left); err != nil || !slices.Equal(redactions, []Redaction{onCourt}) {
				t.Errorf("redactions %v (%v)", redactions, err)
			}
			// Again, for another reason.
			again := Redaction{"2031-08-01T10:00:00Z", "and by order of another"}
			twice, held, err := tt.td.Apply(left, again)
			if err != nil || !held {
				t.Fatalf("held again: %v (%v)", held, err)
			}
			if redactions, err := ReadRedactions(twice); err != nil || !slices.Equal(redactions, []Redaction{onCourt, again}) {
				t.Errorf("redactions %v (%v)", redactions, err)
			}
			if b, err = Read(twice); err != nil || len(b.Content.Claims) != len(content.Claims) {
				t.Errorf("%d claims (%v)", len(b.Content.Claims), err)
			}
			if _, held, err := tt.td.Apply(twice, again); err != nil || held {
				t.Errorf("the same again changes something: %v (%v)", held, err)
			}
		})
	}
}

// TestTakedownElsewhere checks that what an edition does not hold changes nothing, nor does one that was erased whole.
func TestTakedownElsewhere(t *testing.T) {
	t.Parallel()
	body := seal(t, compile(t, markedPage(), nil), 1)
	whole, err := Redacted(onCourt)
	if err != nil {
		t.Fatal(err)
	}
	for name, td := range map[string]*Takedown{
		"no claim": TakeClaim("ZZZ-ZZZZ"), "no article": TakeArticle("none"), "no person": TakeSource("withheld-1", "nobody"),
	} {
		for _, b := range [][]byte{body, whole} {
			if err := td.Learn(b); err != nil {
				t.Fatal(err)
			}
			if left, held, err := td.Apply(b, onCourt); held || err != nil || left != nil {
				t.Errorf("%s: held %v (%v)", name, held, err)
			}
		}
	}
	if _, _, err := TakeClaim("ZZZ-ZZZZ").Apply([]byte("{"), onCourt); !errors.Is(err, ErrFormat) {
		t.Errorf("error %v, want ErrFormat", err)
	}
}

// TestTakedownNames tells which forms of a name a text is searched for.
func TestTakedownNames(t *testing.T) {
	t.Parallel()
	td := TakeSource("withheld-1", "envoy")
	td.LearnDesk(narrative.Collection{
		Sources: []narrative.Source{
			{Slug: "envoy", Name: "Ada May", Kind: narrative.Person, Printed: []string{"Dr May", "the envoy", "Chair of the Ports"}, Offices: []narrative.Office{{Title: "Port minister"}}},
			{Slug: "other", Name: "Bo Ek", Kind: narrative.Person, Offices: []narrative.Office{{Title: "Port minister"}}},
		},
		Parties: []narrative.Party{{Slug: "ports", Name: "Chair of the Ports"}},
	})
	if got, want := td.Names(), []string{"Ada May", "Dr May"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	for text, want := range map[string]string{
		"Ada May’s word of 5 May 2031": "(name withheld)’s word of 5 May 2031",
		"Adam Maynard, Ada Mayer":      "Adam Maynard, Ada Mayer",
		"to [[ada-may]] and Dr May":    "to [[ada-may]] and (name withheld)",
	} {
		if got := td.Cut(text, false); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestTakedownAltersNothingElse checks on any page that a takedown changes no text in which the thing does not stand, and
// no list's length or order but those that its figures and notes make shorter.
func TestTakedownAltersNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		content := mustCompile(t, anyCollection(t), nil)
		body, err := Seal(content, 1, noon, First, "a reason", salt)
		if err != nil {
			t.Fatal(err)
		}
		target := rapid.SampledFrom(content.Claims).Draw(t, "claim")
		td := rapid.SampledFrom([]*Takedown{
			TakeClaim(target.Code), TakeArticle(target.Article), TakeSource("withheld-1", target.Source),
		}).Draw(t, "thing")
		if err := td.Learn(body); err != nil {
			t.Fatal(err)
		}
		left, held, err := td.Apply(body, onCourt)
		if err != nil || !held {
			t.Fatalf("held: %v (%v)", held, err)
		}
		b, err := Read(left)
		if err != nil {
			t.Fatal(err)
		}
		gone := map[string]bool{}
		for i, claim := range b.Content.Claims {
			was := content.Claims[i]
			if gone[claim.Code] = claim.Withheld != (Redaction{}); gone[claim.Code] {
				if !td.isTarget(was) && !td.Shares(was.Segments) && !slices.ContainsFunc(was.Segments, td.IsNamed) {
					t.Fatalf("claim %s is withheld: %q", was.Code, was.Segments)
				}
				continue
			}
			if !slices.Equal(claim.Segments, was.Segments) || !reflect.DeepEqual(claim.Figures, was.Figures) || len(claim.Notes) != len(was.Notes) {
				t.Fatalf("claim %s was altered:\n%s", was.Code, cmp.Diff(was, claim))
			}
		}
		for i, band := range b.Content.Bands {
			if diff := cmp.Diff(codesIn(content.Bands[i]), codesIn(band)); diff != "" {
				t.Fatalf("claims stand elsewhere (-was +is):\n%s", diff)
			}
		}
		sameTexts(t, td, gone, reflect.ValueOf(content), reflect.ValueOf(b.Content))
	})
}

// codesIn are the claims of a band as they stand in it.
func codesIn(b Band) (codes [][]string) {
	for _, p := range b.Periods {
		for _, row := range p.Rows {
			for _, cell := range row.Cells {
				codes = append(codes, cell.Claims)
			}
			codes = append(codes, row.AlsoSaid)
		}
	}
	return codes
}

// sameTexts compares two contents text by text. Where the thing stood the text may differ, and so may claims and figures
// that are gone and the axes that had them.
func sameTexts(t *rapid.T, td *Takedown, gone map[string]bool, was, is reflect.Value) {
	switch value := was.Interface().(type) {
	case Claim:
		if gone[value.Code] {
			return
		}
	case Figures:
		return
	case []Source:
		return // they have another order where a slug is another
	case Article:
		if td.articles[value.Slug] {
			return
		}
	case Text:
		before, after := value.String(), is.Interface().(Text).String()
		if before != after && !strings.Contains(after, "withheld]") && before != "Two figures cannot both hold." {
			t.Fatalf("%q became %q", before, after)
		}
		for _, piece := range strings.FieldsFunc(strings.NewReplacer(NameWithheld, "\x00", WordsWithheld, "\x00").Replace(after), func(r rune) bool { return r == 0 }) {
			if !strings.Contains(before, piece) {
				t.Fatalf("%q became %q", before, after)
			}
		}
		return
	}
	switch was.Kind() {
	case reflect.Struct:
		for i := range was.NumField() {
			sameTexts(t, td, gone, was.Field(i), is.Field(i))
		}
	case reflect.Slice:
		if was.Len() != is.Len() {
			t.Fatalf("%d of %s became %d", was.Len(), was.Type(), is.Len())
		}
		for i := range was.Len() {
			sameTexts(t, td, gone, was.Index(i), is.Index(i))
		}
	case reflect.String:
		if before, after := was.String(), is.String(); before != after && !strings.Contains(after, "withheld") && !td.IsInAddress(before) {
			t.Fatalf("%q became %q", before, after)
		}
	}
}

// TestRedactedTo checks the form of what an erasure leaves, and that it is of no other edition.
func TestRedactedTo(t *testing.T) {
	t.Parallel()
	l := &testLog{t: t}
	l.publish("ferry-line", 1)
	b, err := Read(l.entries[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	b.Content.Title = "What of [withheld]?"
	left, err := RedactedTo(b, onCourt)
	if err != nil || !bytes.HasPrefix(left, []byte(`{"format":1,"left":{"audience":"public","content":{`)) || !bytes.Contains(left, []byte(`},"redactions":[{"on":`)) {
		t.Fatalf("%s (%v)", left, err)
	}
	if _, err := NewRecord(left, 0, Hash{}); !errors.Is(err, ErrRedacted) {
		t.Errorf("a record of what is left: %v, want ErrRedacted", err)
	}
	r, err := NewErasure(l.records[0], left, 1, l.prev)
	if err != nil {
		t.Fatal(err)
	}
	l.entries[0].Body = left
	if _, err := Verify(entriesOf(l.entries...)); err == nil {
		t.Error("a body of which something was erased verifies without a record that says so")
	}
	l.add(r, nil)
	if report, err := Verify(entriesOf(l.entries...)); err != nil || report.Erased != 1 {
		t.Errorf("report %+v (%v)", report, err)
	}
	b.Number = 2
	if l.entries[0].Body, err = RedactedTo(b, onCourt); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(entriesOf(l.entries...)); err == nil || !strings.Contains(err.Error(), "of another edition") {
		t.Errorf("what is left of another edition: %v", err)
	}
	for name, body := range map[string]string{
		"a salt":     strings.Replace(string(left), `"left":{`, `"left":{"salt":"000000000000000000000000000000ff",`, 1),
		"no number":  strings.Replace(string(left), `"number":1`, `"number":0`, 1),
		"nothing":    `{"format":1,"left":null,"redactions":[{"on":"2031-07-01T10:00:00Z","reason":"r"}]}`,
		"other form": strings.Replace(string(left), `"fact":"ferry-line","format":1`, `"fact":"ferry-line","format":2`, 1),
	} {
		if body == string(left) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := Read([]byte(body)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: error %v, want ErrFormat", name, err)
		}
	}
	newer := strings.Replace(string(left), `"left":{`, `"left":{"zz_newer":1,`, 1)
	if _, err := Read([]byte(newer)); err != nil {
		t.Errorf("a field of a newer program: %v", err)
	}
}

// TestSealEnd checks the form of an edition that takes its fact from the lists.
func TestSealEnd(t *testing.T) {
	t.Parallel()
	c := Content{Key: "ferry-line", Slug: "ferry-line"}
	for into, want := range map[string]Kind{"": Withdrawn, "other-fact": Merged} {
		body, err := SealEnd(c, 2, noon, into, "asked twice", salt)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Read(body)
		if err != nil || b.Kind != want || b.Into != into || !b.Kind.Ends() {
			t.Errorf("into %q: kind %s, into %q (%v)", into, b.Kind, b.Into, err)
		}
	}
	if _, err := SealEnd(c, 2, noon, "ferry-line", "into itself", salt); !errors.Is(err, ErrSeal) {
		t.Errorf("a fact that goes on in itself: %v", err)
	}
}
