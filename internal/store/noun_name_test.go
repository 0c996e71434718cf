package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

func TestNounNames(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	mayor, courier := store.NounKey{Kind: narrative.KindSource, Key: "mayor"}, store.NounKey{Kind: narrative.KindOutlet, Key: "courier"}
	got, err := s.NounNames(t.Context(), []store.NounKey{
		mayor, courier, mayor, {Kind: narrative.KindParty, Key: "nobody"}, {Kind: narrative.KindClaim, Key: "RX4-DBK5"}, {Kind: "x\x00", Key: "\x00"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[store.NounKey]string{mayor: "the mayor", courier: "The Courier"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if none, err := s.NounNames(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("names of nothing: %v (%v)", none, err)
	}
}
