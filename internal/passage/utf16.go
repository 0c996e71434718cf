package passage

import "fmt"

// FromUTF16 turns a browser's offsets, in UTF-16 code units over t.String(), into a span.
// The error is [ErrOutOfRange], or [ErrSplitsCharacter] for an offset inside a surrogate pair.
func FromUTF16(t Text, start, end int) (Span, error) {
	if start < 0 || end < start {
		return Span{}, fmt.Errorf("passage.FromUTF16: %d to %d: %w", start, end, ErrOutOfRange)
	}
	var s Span
	var err error
	if s.Start, err = fromUTF16(t.s, start); err != nil {
		return Span{}, fmt.Errorf("passage.FromUTF16: start %d: %w", start, err)
	}
	if s.End, err = fromUTF16(t.s, end); err != nil {
		return Span{}, fmt.Errorf("passage.FromUTF16: end %d: %w", end, err)
	}
	return s, nil
}

// ToUTF16 turns a span into offsets in UTF-16 code units over t.String(), as a browser counts.
// The error is [ErrOutOfRange].
func ToUTF16(t Text, s Span) (start, end int, err error) {
	if err := t.check(s); err != nil {
		return 0, 0, fmt.Errorf("passage.ToUTF16: %w", err)
	}
	start = units(t.cut(Span{0, s.Start}))
	return start, start + units(t.cut(s)), nil
}

// fromUTF16 counts the code points of s before a UTF-16 offset.
func fromUTF16(s string, offset int) (int, error) {
	n, at := 0, 0
	for _, r := range s {
		if at >= offset {
			break
		}
		at += width(r)
		n++
	}
	switch {
	case at > offset:
		return 0, ErrSplitsCharacter
	case at < offset:
		return 0, ErrOutOfRange
	}
	return n, nil
}

// units returns the length of s in UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += width(r)
	}
	return n
}

// width returns how many UTF-16 code units a character takes.
func width(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
