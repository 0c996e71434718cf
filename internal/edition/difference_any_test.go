package edition

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryField alters a value of each field of a content, the last that there is: something is said of every one.
func TestEveryField(t *testing.T) {
	t.Parallel()
	base := compile(t, collection(), nil)
	raw, err := json.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	eachLeaf(reflect.ValueOf(&base).Elem(), "", func(path string, _ reflect.Value) { count[path]++ })
	if len(count) < 200 {
		t.Fatalf("there are only %d fields", len(count))
	}
	for path, n := range count {
		var after Content
		if err := json.Unmarshal(raw, &after); err != nil {
			t.Fatal(err)
		}
		eachLeaf(reflect.ValueOf(&after).Elem(), "", func(p string, v reflect.Value) {
			if p == path {
				if n--; n == 0 {
					alter(v)
				}
			}
		})
		if d := Compare(bodyOf(base, 1, First), bodyOf(after, 2, Update)); d.Count == 0 || d.Count != len(kindsOf(d)) {
			t.Errorf("nothing is said of%s", path)
		}
	}
}

// eachLeaf calls visit for each value that is no struct or list, with the names of the fields that lead to it.
func eachLeaf(v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			eachLeaf(v.Field(i), path+" "+v.Type().Field(i).Name, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachLeaf(v.Index(i), path, visit)
		}
	default:
		visit(path, v)
	}
}

func alter(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + " altered")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int:
		v.SetInt(v.Int() + 100)
	}
}

// TestAnyDifference compares any two pages: equal ones have no change, others have one at least; the changes are in order,
// are written in one way, and their words make both texts.
func TestAnyDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := mustCompile(t, anyCollection(t), nil)
		after := mustCompile(t, anyCollection(t), &before)
		for _, c := range []Content{before, after} {
			if d := Compare(bodyOf(c, 1, First), bodyOf(c, 2, Update)); d.Count != 0 || len(d.Changes) != 0 {
				t.Fatalf("a page differs from itself: %s", told(d))
			}
		}
		d := Compare(bodyOf(before, 1, First), bodyOf(after, 2, Update))
		if (d.Count == 0) != sameContent(before, after) {
			t.Fatalf("%d changes; the same is %v", d.Count, sameContent(before, after))
		}
		first, err := Canonical(d)
		if err != nil {
			t.Fatal(err)
		}
		if again := Compare(bodyOf(before, 1, First), bodyOf(after, 2, Update)); !reflect.DeepEqual(again, d) {
			t.Fatalf("compared twice, the answers differ:\n%s\n%s", told(d), told(again))
		}
		if bytes.Contains(first, []byte("null")) {
			t.Fatalf("a list is null: %s", first)
		}
		last := -1
		for _, c := range d.Changes {
			at := slices.Index(kindOrder, c.Kind)
			if c.Follows {
				at += len(kindOrder)
			}
			if at < last || !slices.Contains(kindOrder, c.Kind) {
				t.Fatalf("out of order: %s", told(d))
			}
			last = at
			if len(c.Text) == 0 {
				t.Fatalf("a change says nothing: %+v", c)
			}
			if len(c.Words) > 0 && c.Kind != ClaimReworded {
				makesBoth(t, c.Words, c.Before.String(), c.After.String())
			}
		}
	})
}

// makesBoth checks that stretches make the text before and the text after.
func makesBoth(t rapid.TB, list []Stretch, before, after string) {
	var old, now strings.Builder
	for i, s := range list {
		if s.Text == "" || i > 0 && list[i-1].Op == s.Op {
			t.Fatalf("stretches are not joined: %q", marked(list))
		}
		if s.Op != Added {
			old.WriteString(s.Text)
		}
		if s.Op != Removed {
			now.WriteString(s.Text)
		}
	}
	if old.String() != before || now.String() != after {
		t.Fatalf("the stretches %q make %q and %q, not %q and %q", marked(list), old.String(), now.String(), before, after)
	}
}

func TestAnyWords(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"a", "the", "bridge", "open", " ", " ", ",", ".", "“", "\n\n", "Լաչին", "الجسر", "мост", "橋は", "e\u0301", "🦢", "don’t", "1,000", "\u0000", "\u200f"})
	sentence := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, "words"), "") })
	rapid.Check(t, func(t *rapid.T) {
		before, after := sentence.Draw(t, "before"), sentence.Draw(t, "after")
		list := wordDiff(before, after)
		makesBoth(t, list, before, after)
		if before == after && len(list) > 1 {
			t.Fatalf("equal texts differ: %q", marked(list))
		}
	})
}
