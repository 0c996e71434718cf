package edition

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

// newsroomEntries are three editions for the newsroom of two facts, of which one was withheld in part.
func newsroomEntries(t *testing.T) []NewsroomEntry {
	t.Helper()
	entry := func(fact string, number int, note string) NewsroomEntry {
		at := time.Date(2031, 5, number, 10, 0, 0, 0, time.UTC)
		body, err := SealNewsroom(Content{Key: fact, Slug: fact, Title: "What of it?"}, number, at, note, [16]byte{1})
		if err != nil {
			t.Fatal(err)
		}
		return NewsroomEntry{Fact: fact, Names: []string{"an-older-name", fact}, Number: number, At: at, Note: note, Hash: HashOf(body), Body: body}
	}
	entries := []NewsroomEntry{entry("ferry-line", 1, "for us"), entry("ferry-line", 2, ""), entry("other-fact", 1, "")}
	b, err := ReadNewsroom(entries[1].Body)
	if err != nil {
		t.Fatal(err)
	}
	b.Content.Title = "[withheld]"
	if entries[1].Body, err = RedactedTo(b, Redaction{"2031-07-01T00:00:00Z", "a court's order"}); err != nil {
		t.Fatal(err)
	}
	entries[1].Withheld = true
	return entries
}

func verifyNewsroom(entries []NewsroomEntry, record map[string]bool, err error) (NewsroomReport, error) {
	return VerifyNewsroom(func(yield func(NewsroomEntry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
		if err != nil {
			yield(NewsroomEntry{}, err)
		}
	}, record)
}

func TestVerifyNewsroom(t *testing.T) {
	t.Parallel()
	record := map[string]bool{"2031-07-01T00:00:00Z": true}
	if r, err := verifyNewsroom(newsroomEntries(t), record, nil); err != nil || r != (NewsroomReport{Editions: 3, Withheld: 1}) {
		t.Errorf("report %+v (%v)", r, err)
	}
	broken := errors.New("the connection is gone")
	if _, err := verifyNewsroom(nil, nil, broken); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the entries", err)
	}
	erased := newsroomEntries(t)
	var err error
	if erased[1].Body, err = Redacted(Redaction{"2031-07-01T00:00:00Z", "a court's order"}); err != nil {
		t.Fatal(err)
	}
	if r, err := verifyNewsroom(erased, record, nil); err != nil || r.Withheld != 1 {
		t.Errorf("with one that is gone whole: %+v (%v)", r, err)
	}
	altered := func(body []byte) []byte { return bytes.Replace(body, []byte("What of it?"), []byte("What of us?"), 1) }
	for name, tt := range map[string]struct {
		spoil func(e []NewsroomEntry)
		want  string
	}{
		"a body":                 {func(e []NewsroomEntry) { e[0].Body = altered(e[0].Body) }, "newsroom edition 1 of ferry-line: the body's hash is "},
		"another time beside it": {func(e []NewsroomEntry) { e[2].At = e[2].At.Add(time.Second) }, "newsroom edition 1 of other-fact: the body says "},
		"another note":           {func(e []NewsroomEntry) { e[0].Note = "for all" }, "newsroom edition 1 of ferry-line: the body says "},
		"a gap":                  {func(e []NewsroomEntry) { e[1].Number = 3 }, "newsroom edition 3 of ferry-line: the edition before it is 1"},
		"an earlier time":        {func(e []NewsroomEntry) { e[1].At = e[0].At }, "newsroom edition 2 of ferry-line: made at "},
		"another fact's":         {func(e []NewsroomEntry) { e[0].Names = []string{"other-fact"} }, "newsroom edition 1 of ferry-line: the body says "},
		"another order of its fields": {func(e []NewsroomEntry) {
			e[0].Body = append([]byte(" "), e[0].Body...)
			e[0].Hash = HashOf(e[0].Body)
		}, "newsroom edition 1 of ferry-line: the body is not in canonical form"},
		"one for readers": {func(e []NewsroomEntry) {
			e[0].Body = bytes.Replace(e[0].Body, []byte(`"audience":"newsroom"`), []byte(`"audience":"public"`), 1)
			e[0].Hash = HashOf(e[0].Body)
		}, "newsroom edition 1 of ferry-line: the body cannot be read"},
		"something taken out in silence": {func(e []NewsroomEntry) { e[1].Withheld = false }, "newsroom edition 2 of ferry-line: the body's hash is "},
		"something taken out, and a hash to fit": {func(e []NewsroomEntry) {
			e[1].Withheld, e[1].Hash = false, HashOf(e[1].Body)
		}, "newsroom edition 2 of ferry-line: the body is what an erasure has left"},
		"a whole one that is said to be withheld": {func(e []NewsroomEntry) { e[0].Withheld = true }, "newsroom edition 1 of ferry-line: what is left of the body cannot be read"},
		"a takedown that there was not": {func(e []NewsroomEntry) {
			e[1].Body = bytes.Replace(e[1].Body, []byte("2031-07-01"), []byte("2031-07-02"), 1)
		}, "newsroom edition 2 of ferry-line: something was taken out of it at 2031-07-02T00:00:00Z, and nothing was taken down or erased then"},
		"what is left of another": {func(e []NewsroomEntry) {
			e[1].Body = bytes.Replace(e[1].Body, []byte(`"number":2`), []byte(`"number":3`), 1)
		}, "newsroom edition 2 of ferry-line: the body says edition 3"},
	} {
		entries := newsroomEntries(t)
		tt.spoil(entries)
		_, err := verifyNewsroom(entries, record, nil)
		if fault, ok := errors.AsType[*Fault](err); !ok || !strings.HasPrefix(fault.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}
