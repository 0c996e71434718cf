package edition

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/narrative"
)

// keysOf returns the keys of what a second pair of eyes looks at, with fingerprints by key.
func keysOf(c Content) ([]string, map[string]Hash) {
	var keys []string
	prints := map[string]Hash{}
	for _, i := range c.ReviewItems() {
		keys = append(keys, i.Key)
		prints[i.Key] = i.Fingerprint
	}
	return keys, prints
}

func TestReviewItems(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	keys, before := keysOf(content)
	if len(keys) != len(before) {
		t.Errorf("keys %q come twice", keys)
	}
	for _, prefix := range []string{"question", "question/", "label/", "point/", "contradiction/", "stance/"} {
		if !slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, prefix) }) {
			t.Errorf("nothing begins with %s in %q", prefix, keys)
		}
	}
	for _, claim := range content.Claims {
		for _, s := range claim.Stances {
			asks := slices.Contains(keys, "stance/"+claim.Code+"/"+s.Aspect)
			if wants := s.Mode != string(narrative.Asserted) && s.Mode != string(narrative.Denied); asks != wants {
				t.Errorf("stance of %s, %s: looked at is %t", claim.Code, s.Mode, asks)
			}
		}
	}

	// What differs is looked at again, and nothing else is.
	for name, tt := range map[string]struct {
		change func(*narrative.Collection)
		key    string
	}{
		"a label":    {func(c *narrative.Collection) { c.Facts[0].Positions[0].Label += " at all" }, "label//"},
		"a question": {func(c *narrative.Collection) { c.Facts[0].Question = "Another question?" }, "question"},
		"a note":     {func(c *narrative.Collection) { c.Facts[0].Note = "for us" }, ""},
	} {
		c := collection()
		tt.change(&c)
		_, after := keysOf(compile(t, c, nil))
		var changed []string
		for key, print := range after {
			if before[key] != print {
				changed = append(changed, key)
			}
		}
		if tt.key == "" && len(changed) > 0 || tt.key != "" && (len(changed) == 0 || !strings.HasPrefix(changed[0], tt.key)) || len(changed) > 1 {
			t.Errorf("%s: looked at again is %q, want %q", name, changed, tt.key)
		}
	}

	// Of what was taken down nothing is looked at.
	for i := range content.Claims {
		content.Claims[i].Withheld = Redaction{On: "2031-06-01T12:00:00Z", Reason: "asked to"}
	}
	withheld, _ := keysOf(content)
	if slices.ContainsFunc(withheld, func(k string) bool { return strings.HasPrefix(k, "stance/") || strings.HasPrefix(k, "contradiction/") }) {
		t.Errorf("keys of what was taken down: %q", withheld)
	}
}

func TestSealWaived(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	at := time.Date(2031, 6, 1, 12, 0, 0, 0, time.UTC)
	plainly, err := Seal(content, 1, at, First, "first", [16]byte{1})
	if err != nil || strings.Contains(string(plainly), `"review"`) {
		t.Errorf("an edition that two have looked at says so (%v)", err)
	}
	waived, err := SealWaived(content, 1, at, First, "first", "nobody is in", [16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Read(waived)
	if got, want := b.Review.String(), "One editor: published without a second pair of eyes. Nobody is in."; err != nil || got != want {
		t.Errorf("review = %q (%v), want %q", got, err, want)
	}
	if _, err := SealWaived(content, 1, at, First, "first", "", [16]byte{1}); !errors.Is(err, ErrSeal) {
		t.Errorf("without a reason: %v, want ErrSeal", err)
	}
}

// What is for the newsroom is read as that, and by nobody who reads for readers.
func TestSealNewsroom(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	at := time.Date(2031, 6, 1, 12, 0, 0, 0, time.UTC)
	body, err := SealNewsroom(content, 2, at, "", [16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadNewsroom(body)
	if err != nil || b.Audience != Newsroom || b.Kind != Update || b.Number != 2 || b.Reason != "" {
		t.Errorf("read %s %s %d for %q (%v)", b.Audience, b.Kind, b.Number, b.Reason, err)
	}
	if _, err := Read(body); !errors.Is(err, ErrFormat) {
		t.Errorf("read for readers: %v, want ErrFormat", err)
	}
	if _, err := NewRecord(body, 0, Hash{}); !errors.Is(err, ErrFormat) {
		t.Errorf("a record of the log: %v, want ErrFormat", err)
	}
	public, err := Seal(content, 1, at, First, "first", [16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadNewsroom(public); !errors.Is(err, ErrFormat) {
		t.Errorf("readers' edition read for the newsroom: %v, want ErrFormat", err)
	}
	if _, err := SealNewsroom(content, 0, at, "", [16]byte{1}); !errors.Is(err, ErrSeal) {
		t.Errorf("number 0: %v, want ErrSeal", err)
	}
	takedown := TakeClaim(content.Claims[0].Code)
	if err := takedown.Learn(body); err != nil {
		t.Fatal(err)
	}
	left, held, err := takedown.Apply(body, Redaction{On: "2031-06-02T12:00:00Z", Reason: "asked to"})
	if err != nil || !held {
		t.Fatalf("taken down: %t (%v)", held, err)
	}
	if b, err := ReadNewsroom(left); err != nil || b.Content.Claims[0].Withheld.Reason != "asked to" {
		t.Errorf("what is left: %+v (%v)", b.Content.Claims[0].Withheld, err)
	}
	if _, err := Read(left); !errors.Is(err, ErrFormat) {
		t.Errorf("what is left, read for readers: %v, want ErrFormat", err)
	}
}

func TestStatusReadTo(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Facts[0].Status = narrative.FactStatus{State: narrative.Developing, Since: "2031-05-01", ReadTo: "2031-06-01T12:05+04:00"}
	if got, want := compile(t, c, nil).Status.Text.String(), "Developing since 1 May 2031; articles read up to 1 June 2031, 12:05 UTC+04:00."; got != want {
		t.Errorf("status = %q, want %q", got, want)
	}
}
