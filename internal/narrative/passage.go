package narrative

import (
	"errors"
	"fmt"
	"strings"

	"counterclaim/internal/passage"
)

// ErrPassage is the error of words that are no passage of a block.
var ErrPassage = errors.New("no passage")

// Passage finds the claim's words in the text of its block. A claim without words of its own takes all of a block. The
// error is [ErrPassage], with what was expected, where the words are too long or too many, stand nowhere in the text or
// in several places, are written otherwise there, or cut a word in half.
func (c Claim) Passage(block passage.Text) (passage.Match, error) {
	if len(c.Words) == 0 {
		return wholeBlock(block)
	}
	quote := passage.Quote{Segments: c.Words}
	if err := quote.Validate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPassage, err)
	}
	found := passage.Find(block, quote)
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: %s not found in the text of the block, in this order", ErrPassage, quoted(c.Words))
	}
	var whole []passage.Match
	for _, m := range found {
		if onWords(block, m) {
			whole = append(whole, m)
		}
	}
	switch len(whole) {
	case 0:
		return nil, fmt.Errorf("%w: %s cuts a word of the text in half; expected whole words", ErrPassage, quoted(c.Words))
	case 1:
	default:
		return nil, fmt.Errorf("%w: %s found in %d places of the text; expected more words, so that there is one",
			ErrPassage, quoted(c.Words), len(whole))
	}
	words, err := block.Words(whole[0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPassage, err)
	}
	for i, w := range words {
		if w != c.Words[i] {
			return nil, fmt.Errorf("%w: %q is written %q in the text; expected the same", ErrPassage, c.Words[i], w)
		}
	}
	return whole[0], nil
}

func wholeBlock(block passage.Text) (passage.Match, error) {
	spans := block.Blocks()
	if len(spans) != 1 {
		return nil, fmt.Errorf("%w: a text of %d paragraphs; expected one", ErrPassage, len(spans))
	}
	if n := spans[0].Len(); n > passage.MaxLength {
		return nil, fmt.Errorf("%w: the block is %d characters long; expected words of at most %d out of it",
			ErrPassage, n, passage.MaxLength)
	}
	return passage.Match{spans[0]}, nil
}

// onWords reports whether each span of a match begins and ends with whole words.
func onWords(t passage.Text, m passage.Match) bool {
	for _, s := range m {
		if passage.SnapToWords(t, s) != s {
			return false
		}
	}
	return true
}

func quoted(segments []string) string {
	short := make([]string, len(segments))
	for i, s := range segments {
		short[i] = "“" + clip(s) + "”"
	}
	return strings.Join(short, " … ")
}

// holdsWords reports whether words stand in one of a passage's segments, as whole words.
func holdsWords(segments []string, words string) bool {
	for _, s := range segments {
		text, err := passage.NewText(s)
		if err != nil {
			continue
		}
		for _, m := range passage.Find(text, passage.Quote{Segments: []string{words}}) {
			if found, err := text.Words(m); err == nil && found[0] == words && onWords(text, m) {
				return true
			}
		}
	}
	return false
}
