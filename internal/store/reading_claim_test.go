package store_test

import (
	"slices"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
)

// unsorted takes a claim off all facts.
func unsorted(c narrative.Collection, code narrative.Code) narrative.Collection {
	for _, a := range c.Articles {
		for _, b := range a.Blocks {
			for i := range b.Claims {
				if b.Claims[i].Code == code {
					b.Claims[i].Stances = nil
				}
			}
		}
	}
	return c
}

// TestPastClaim asks for a claim that the latest edition does not have any more.
func TestPastClaim(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	now, err := s.Claim(t.Context(), narrativetest.Worried)
	if err != nil || now.Past || len(now.Editions) != 1 {
		t.Fatalf("Claim = past %v with %d editions (%v)", now.Past, len(now.Editions), err)
	}
	save(t, s, unsorted(narrativetest.Bridge(), narrativetest.Worried))
	if got := publish(t, s, "without a claim"); got[0].Number != 2 {
		t.Fatalf("published %+v, want edition 2", got)
	}
	past, err := s.Claim(t.Context(), narrativetest.Worried)
	if err != nil {
		t.Fatal(err)
	}
	if !past.Past || len(past.Editions) != 1 || past.Editions[0].Number != 1 || past.Editions[0].Fact != "bridge-open" {
		t.Errorf("past %v, editions %+v", past.Past, past.Editions)
	}
	if len(past.Rows) != 1 || past.Rows[0].Number != 1 || !slices.Equal(past.Rows[0].Claim.Segments, now.Rows[0].Claim.Segments) {
		t.Errorf("rows %+v, want those of before", past.Rows)
	}
	if past.Outlet.Name != now.Outlet.Name || past.Source.Name != now.Source.Name || past.Source.Name == "" {
		t.Errorf("by %q in %q, want %q in %q", past.Source.Name, past.Outlet.Name, now.Source.Name, now.Outlet.Name)
	}
}
