package web

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
)

// placed is a claim on the words of a text between code points: from, until, from, until, …
func placed(code, text string, block int, at ...int) store.PlacedClaim {
	p := store.PlacedClaim{Block: block}
	row := edition.ClaimRow{Claim: edition.Claim{Code: code, Article: "a"}}
	letters := []rune(text)
	for i := 0; i < len(at); i += 2 {
		p.Starts, p.Ends = append(p.Starts, at[i]), append(p.Ends, at[i+1])
		row.Claim.Segments = append(row.Claim.Segments, string(letters[at[i]:at[i+1]]))
	}
	p.Rows = []edition.ClaimRow{row}
	return p
}

// drawn writes pieces as a reader sees them, numbers in brackets.
func drawn(b passageBlock) string {
	var s strings.Builder
	for _, p := range b.Pieces {
		switch {
		case p.Gap:
			s.WriteString(" … ")
		case p.Space:
			s.WriteString(" ")
		}
		s.WriteString(p.Text)
		for _, e := range p.Ends {
			s.WriteString("[" + e.Text + "]")
		}
	}
	return s.String()
}

func TestPassages(t *testing.T) {
	t.Parallel()
	const text = "carts 🐴 passed, said the warden, and nobody stopped them"
	tests := []struct {
		name     string
		passages []store.PlacedClaim
		want     []string
	}{
		{"one", []store.PlacedClaim{placed("A", text, 0, 0, 14)}, []string{"carts 🐴 passed[1]"}},
		{"two apart", []store.PlacedClaim{placed("A", text, 0, 0, 14), placed("B", text, 0, 37, 56)}, []string{"carts 🐴 passed[1] … nobody stopped them[2]"}},
		{"overlapping, words once", []store.PlacedClaim{placed("A", text, 0, 0, 14), placed("B", text, 0, 8, 31)}, []string{"carts 🐴 passed[1], said the warden[2]"}},
		{"one inside another", []store.PlacedClaim{placed("A", text, 0, 0, 31), placed("B", text, 0, 8, 14)}, []string{"carts 🐴 passed[2], said the warden[1]"}},
		{"the same words", []store.PlacedClaim{placed("A", text, 0, 0, 14), placed("B", text, 0, 0, 14)}, []string{"carts 🐴 passed[1][2]"}},
		{"segments", []store.PlacedClaim{placed("A", text, 0, 0, 14, 37, 56)}, []string{"carts 🐴 passed … nobody stopped them[1]"}},
		{"nothing but a space between", []store.PlacedClaim{placed("A", text, 0, 0, 5), placed("B", text, 0, 6, 14)}, []string{"carts[1] 🐴 passed[2]"}},
		{"two blocks", []store.PlacedClaim{placed("A", text, 0, 0, 5), placed("B", text, 3, 8, 14)}, []string{"carts[1]", "passed[2]"}},
		{"none", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			blocks := newPassages(tt.passages, true)
			if len(blocks) != len(tt.want) {
				t.Fatalf("%d blocks, want %d", len(blocks), len(tt.want))
			}
			for i, b := range blocks {
				if got := drawn(b); got != tt.want[i] {
					t.Errorf("block %d: %q, want %q", i, got, tt.want[i])
				}
			}
		})
	}
}

// TestPassagesLoseNothing lays random passages over a text: every word of each stands once, none of other words does, and
// each claim leads to its words.
func TestPassagesLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab é🐴م")), 4, 40, -1).Draw(t, "text")
		letters := []rune(text)
		covered := make([]bool, len(letters))
		var passages []store.PlacedClaim
		for range rapid.IntRange(1, 5).Draw(t, "claims") {
			from := rapid.IntRange(0, len(letters)-1).Draw(t, "from")
			until := rapid.IntRange(from+1, len(letters)).Draw(t, "until")
			for i := from; i < until; i++ {
				covered[i] = true
			}
			passages = append(passages, placed("A", text, 0, from, until))
		}
		var want strings.Builder
		for i, c := range covered {
			if c {
				want.WriteRune(letters[i])
			}
		}
		block := newPassages(passages, true)[0]
		var got strings.Builder
		ids := map[string]bool{}
		ends := 0
		for _, p := range block.Pieces {
			got.WriteString(p.Text)
			ends += len(p.Ends)
			if p.ID != "" {
				ids[p.ID] = true
			}
		}
		if got.String() != want.String() {
			t.Fatalf("words %q, want %q", got.String(), want.String())
		}
		if ends != len(passages) {
			t.Fatalf("%d numbers for %d claims", ends, len(passages))
		}
		for _, c := range block.Claims {
			if !ids[c.Back] {
				t.Fatalf("claim %s leads back to %q, which is not there", c.Number, c.Back)
			}
		}
	})
}
