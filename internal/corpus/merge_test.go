package corpus_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
)

// docs returns what an import of a collection leaves as the base of the next.
func docs(c narrative.Collection) map[corpus.NounKey]string {
	m := map[corpus.NounKey]string{}
	for _, n := range corpus.Nouns(c) {
		m[n.NounKey] = n.Doc
	}
	return m
}

func TestNouns(t *testing.T) {
	t.Parallel()
	c := sample()
	var claims int
	for _, n := range corpus.Nouns(c) {
		switch n.NounKey {
		case corpus.NounKey{Kind: narrative.KindParty, Key: "upper-town"}:
			if want := "slug: upper-town\nname: Upper Town\n"; n.Doc != want {
				t.Errorf("party = %q, want %q", n.Doc, want)
			}
		case corpus.NounKey{Kind: narrative.KindArticle, Key: "bridge-closed"}:
			want := "  - text: The envoy is concerned, “deeply”.\n    claims:\n      - 0ZH-WVBX\n"
			if !strings.HasSuffix(n.Doc, want) || strings.Contains(n.Doc, "stances") {
				t.Errorf("article = %q, want it to end in %q and to have no stances", n.Doc, want)
			}
		}
		if n.Kind == narrative.KindClaim {
			claims++
			if !strings.HasPrefix(n.Doc, "code: "+n.Key+"\n") || !strings.Contains(n.Doc, "stances:\n") {
				t.Errorf("claim %s = %q", n.Key, n.Doc)
			}
		}
	}
	if claims != 4 {
		t.Errorf("%d claims, want 4", claims)
	}
}

// TestMergeFields walks through what can become of one field.
func TestMergeFields(t *testing.T) {
	t.Parallel()
	const name = "the mayor"
	tests := []struct {
		name              string
		base, desk, files string // the source's name; "" for no source
		first             bool   // nothing was imported before
		theirs            bool
		want              string
		kept, overridden  bool
		conflict          bool
	}{
		{name: "nobody", base: name, desk: name, files: name, want: name},
		{name: "files", base: name, desk: name, files: "Mayor", want: "Mayor"},
		{name: "desk", base: name, desk: "Mayor", files: name, want: "Mayor", kept: true},
		{name: "desk, theirs", base: name, desk: "Mayor", files: name, theirs: true, want: name, overridden: true},
		{name: "both alike", base: name, desk: "Mayor", files: "Mayor", want: "Mayor"},
		{name: "both", base: name, desk: "Mayor", files: "A mayor", want: "Mayor", kept: true, conflict: true},
		{name: "both, theirs", base: name, desk: "Mayor", files: "A mayor", theirs: true, want: "A mayor", overridden: true, conflict: true},
		{name: "first, alike", first: true, desk: name, files: name, want: name},
		{name: "first", first: true, desk: "Mayor", files: name, want: "Mayor", kept: true, conflict: true},
		{name: "new", first: true, files: name, want: name},
		{name: "desk's own", first: true, desk: name, want: name},
		{name: "gone", base: name, desk: name, want: name, kept: true},
		{name: "gone, theirs", base: name, desk: name, theirs: true, want: name, kept: true},
		{name: "gone, changed", base: name, desk: "Mayor", want: "Mayor", kept: true, conflict: true},
		{name: "removed", base: name, files: name, want: "", kept: true},
		{name: "removed, changed", base: name, files: "Mayor", want: "", kept: true, conflict: true},
		{name: "removed, theirs", base: name, files: name, theirs: true, want: name, overridden: true},
	}
	with := func(name string) narrative.Collection {
		if name == "" {
			return narrative.Collection{}
		}
		return narrative.Collection{Sources: []narrative.Source{{Slug: "mayor", Name: name, Kind: narrative.Person}}}
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var base map[corpus.NounKey]string
			if !test.first {
				base = docs(with(test.base))
			}
			got := corpus.Merge(base, with(test.desk), with(test.files), test.theirs)
			if diff := cmp.Diff(with(test.want), got.Merged, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("merged (-want +got):\n%s", diff)
			}
			if (len(got.Changed) == 1) != (test.want != test.desk) {
				t.Errorf("changed = %v", got.Changed)
			}
			differences := slices.Concat(got.Kept, got.Overridden)
			if (len(got.Kept) == 1) != test.kept || (len(got.Overridden) == 1) != test.overridden {
				t.Fatalf("kept %v, overridden %v", got.Kept, got.Overridden)
			}
			for _, d := range differences {
				says := func(text, name string) bool { return (text == "") == (name == "") && strings.Contains(text, name) }
				if d.Conflict != test.conflict || d.Key != "mayor" || !says(d.Desk, test.desk) || !says(d.File, test.files) {
					t.Errorf("difference = %+v", d)
				}
			}
		})
	}
}

// TestMergeClaims: a passage and a claim in it change apart from each other.
func TestMergeClaims(t *testing.T) {
	t.Parallel()
	base := sample()
	desk, files := sample(), sample()
	desk.Articles[0].Blocks[1].Claims[0].Note = "The desk doubts it."
	desk.Articles[0].Blocks[0].Text += " So it goes."                                                                                  // conflicts below
	files.Articles[0].Blocks[1].Claims[0].Named = "The envoy"                                                                          // another field of the claim
	files.Articles[0].Blocks[0].Claims = slices.Delete(files.Articles[0].Blocks[0].Claims, 1, 2)                                       // gone
	files.Articles[0].Blocks[1].Claims = append(files.Articles[0].Blocks[1].Claims, narrative.Claim{Code: "x"})                        // new, same block
	files.Articles[0].Blocks = append(files.Articles[0].Blocks, narrative.Block{Text: "New.", Claims: []narrative.Claim{{Code: "y"}}}) // new block

	got := corpus.Merge(docs(base), desk, files, false)
	want := sample()
	want.Articles[0].Blocks[0].Text += " So it goes."
	want.Articles[0].Blocks[1].Claims[0].Note = "The desk doubts it."
	want.Articles[0].Blocks[1].Claims[0].Named = "The envoy"
	want.Articles[0].Blocks[1].Claims = append(want.Articles[0].Blocks[1].Claims, narrative.Claim{Code: "x"})
	want.Articles[0].Blocks = append(want.Articles[0].Blocks, narrative.Block{Text: "New.", Claims: []narrative.Claim{{Code: "y"}}})
	want.Sort()
	if diff := cmp.Diff(want, got.Merged); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
	var kept []string
	for _, d := range got.Kept {
		kept = append(kept, fmt.Sprint(d.Kind, " ", d.Key, " ", d.Field, " ", d.Conflict))
	}
	if diff := cmp.Diff([]string{"article bridge-closed passages true", "claim RX4-DBK5  false", "claim 0ZH-WVBX note false"}, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	var changed []string
	for _, c := range got.Changed {
		changed = append(changed, fmt.Sprint(c.Kind, " ", c.Key))
	}
	if diff := cmp.Diff([]string{"article bridge-closed", "claim 0ZH-WVBX", "claim x", "claim y"}, changed); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
}

// TestMergeMovedClaim: a claim that the files move to another article stands there alone, with the desk's change in it.
func TestMergeMovedClaim(t *testing.T) {
	t.Parallel()
	base, desk, files := sample(), sample(), sample()
	desk.Articles[0].Blocks[1].Claims[0].Note = "The desk doubts it."
	moved := files.Articles[0].Blocks[1]
	files.Articles[0].Blocks = files.Articles[0].Blocks[:1]
	files.Articles = append(files.Articles, narrative.Article{Slug: "another", Blocks: []narrative.Block{moved}})
	got := corpus.Merge(docs(base), desk, files, false).Merged
	if len(got.Articles) != 2 || len(got.Articles[1].Blocks) != 1 || got.Articles[0].Blocks[0].Claims[0].Note != "The desk doubts it." {
		t.Errorf("articles = %+v", got.Articles)
	}
}

// TestMergeHomelessClaim: a claim that is new in an article which the desk has removed has no place, and that is said.
func TestMergeHomelessClaim(t *testing.T) {
	t.Parallel()
	base, desk, files := sample(), sample(), sample()
	desk.Articles = nil
	files.Articles[0].Blocks[1].Claims = append(files.Articles[0].Blocks[1].Claims, narrative.Claim{Code: "x"})
	got := corpus.Merge(docs(base), desk, files, false)
	last := got.Kept[len(got.Kept)-1]
	if len(got.Merged.Articles) != 0 || last.Key != "x" || !last.Conflict || last.File == "" {
		t.Errorf("merged %v, last kept %+v", got.Merged.Articles, last)
	}
}

// changedSample makes a collection out of the sample by a few changes, as a desk or a person with the files makes them.
func changedSample(t *rapid.T, from narrative.Collection, removes bool) narrative.Collection {
	c := cloned(from)
	text := rapid.SampledFrom([]string{"x", "y: z", "One.\n\nTwo.", "‘quoted’"})
	for range rapid.IntRange(0, 6).Draw(t, "changes") {
		s := text.Draw(t, "text")
		code := narrative.Code(rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "code"))
		switch rapid.IntRange(0, 11).Draw(t, "change") {
		case 0:
			c.Sources[0].Name = s
		case 1:
			c.Sources[0].Note = s
		case 2:
			c.Facts[0].Question = narrative.Markup(s)
		case 3:
			c.Facts[0].Positions = append(c.Facts[0].Positions, narrative.Position{Slug: "p", Label: narrative.Markup(s)})
		case 4:
			if slug := narrative.Slug("party-" + code); !slices.ContainsFunc(c.Parties, func(p narrative.Party) bool { return p.Slug == slug }) {
				c.Parties = append(c.Parties, narrative.Party{Slug: slug, Name: s})
			}
		case 5:
			if a := c.Articles; len(a) > 0 && len(a[0].Blocks) > 0 {
				a[0].Blocks[0].Claims[0].Note = narrative.Markup(s)
			}
		case 6:
			if a := c.Articles; len(a) > 0 && len(a[0].Blocks) > 0 {
				a[0].Blocks[0].Text = s
			}
		case 7:
			if a := c.Articles; len(a) > 0 && !holds(c, code) {
				a[0].Blocks = append(a[0].Blocks, narrative.Block{Text: s, Claims: []narrative.Claim{{Code: code, Note: narrative.Markup(s)}}})
			}
		case 8:
			if a := c.Articles; len(a) > 0 && len(a[0].Blocks) > 0 && !holds(c, code) {
				a[0].Blocks[0].Claims = append(a[0].Blocks[0].Claims, narrative.Claim{Code: code, Note: narrative.Markup(s)})
			}
		case 9:
			if a := c.Articles; removes && len(a) > 0 && len(a[0].Blocks) > 0 {
				if a[0].Blocks[0].Claims = a[0].Blocks[0].Claims[1:]; len(a[0].Blocks[0].Claims) == 0 {
					a[0].Blocks = a[0].Blocks[1:]
				}
			}
		case 10:
			if removes && len(c.Parties) > 0 {
				c.Parties = c.Parties[1:]
			}
		case 11:
			if removes && rapid.Bool().Draw(t, "article") {
				c.Articles = nil
			}
		}
	}
	c.Sort()
	return c
}

func holds(c narrative.Collection, code narrative.Code) bool {
	_, ok := c.Index().Claim(code)
	return ok
}

// cloned copies a collection as far as changedSample changes it.
func cloned(c narrative.Collection) narrative.Collection {
	c.Sources, c.Parties, c.Facts = slices.Clone(c.Sources), slices.Clone(c.Parties), slices.Clone(c.Facts)
	for i := range c.Facts {
		c.Facts[i].Positions = slices.Clone(c.Facts[i].Positions)
	}
	c.Articles = slices.Clone(c.Articles)
	for i := range c.Articles {
		c.Articles[i].Blocks = slices.Clone(c.Articles[i].Blocks)
		for j := range c.Articles[i].Blocks {
			c.Articles[i].Blocks[j].Claims = slices.Clone(c.Articles[i].Blocks[j].Claims)
		}
	}
	return c
}

// TestMergeProperties: what holds of every merge.
func TestMergeProperties(t *testing.T) {
	t.Parallel()
	base := sample()
	imported := docs(base)
	rapid.Check(t, func(t *rapid.T) {
		desk, files := changedSample(t, base, true), changedSample(t, base, true)
		more := changedSample(t, base, false)
		equal := func(what string, want, got narrative.Collection) {
			if reflect.DeepEqual(want, got) {
				return // much quicker than a comparison that can tell the difference
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", what, diff)
			}
		}

		if got := corpus.Merge(imported, base, more, false); len(got.Kept) > 0 {
			t.Fatalf("nothing changed at the desk, but kept %v", got.Kept)
		} else {
			equal("nothing changed at the desk", more, got.Merged)
		}
		same := corpus.Merge(imported, desk, base, false)
		equal("nothing changed in the files", desk, same.Merged)
		if len(same.Changed) > 0 {
			t.Fatalf("nothing changed in the files, but changed %v", same.Changed)
		}
		equal("first import", files, corpus.Merge(nil, narrative.Collection{}, files, false).Merged)
		taken := corpus.Merge(imported, desk, more, true)
		takenDocs := docs(taken.Merged)
		for key, doc := range docs(more) {
			if key.Kind != narrative.KindArticle && takenDocs[key] != doc {
				t.Fatalf("asked for the files' %v, got %q, want %q", key, takenDocs[key], doc)
			}
		}

		got := corpus.Merge(imported, desk, files, false)
		equal("again with the same input", got.Merged, corpus.Merge(imported, desk, files, false).Merged)
		again := corpus.Merge(got.Base, got.Merged, files, false)
		equal("once more with the same files", got.Merged, again.Merged)
		if len(again.Changed) > 0 || !maps.Equal(again.Base, got.Base) {
			t.Fatalf("once more with the same files changes %v", again.Changed)
		}
		before, after := docs(desk), docs(got.Merged)
		for _, c := range got.Changed {
			if after[c.NounKey] != c.After || before[c.NounKey] != c.Before {
				t.Fatalf("change %+v does not lead from the desk's to the merged", c)
			}
			delete(after, c.NounKey)
		}
		for key, doc := range after {
			if before[key] != doc {
				t.Fatalf("%v changed without being told", key)
			}
		}
	})
}
