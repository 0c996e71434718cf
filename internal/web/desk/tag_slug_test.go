package desk

import (
	"strings"
	"testing"

	"counterclaim/internal/narrative"
)

// TestSlugFrom: a slug is for ever, so it ends with a whole word.
func TestSlugFrom(t *testing.T) {
	t.Parallel()
	long := "The Harbour Courier: pilots say the fog horn was silent on the night of it"
	for text, want := range map[string]narrative.Slug{
		"The pilots' horn, 2025":       "the-pilots-horn-2025",
		"مرفأ":                         "other",
		long:                           "the-harbour-courier-pilots-say-the-fog-horn-was-silent-on",
		strings.Repeat("x", 70):        narrative.Slug(strings.Repeat("x", longestSlug)),
		"a " + strings.Repeat("x", 70): narrative.Slug("a-" + strings.Repeat("x", longestSlug-2)),
	} {
		if got := slugFrom(text, "other"); got != want {
			t.Errorf("slugFrom(%q) = %q, want %q", text, got, want)
		}
	}
}
