// Package figure reads, compares and prints the hedged numbers of English news
// text: "at least 980 vehicles", "nearly three decades", "between 10 and 20".
//
// A number is an exact decimal ([Number]); what the words around it say becomes
// bounds ([Reading]); with what was counted, how and when it is a [Figure], and
// two figures can be set against each other ([Compare]) or parts added ([Sum]).
// The package knows only words and numbers: nothing of who claimed them, of
// passages, of the database or of HTML.
package figure

import (
	"errors"
	"fmt"
	"time"
)

// Errors that callers may test for with [errors.Is].
var (
	// ErrWindow says that a day is not written YYYY-MM-DD or that a window ends
	// before it begins.
	ErrWindow = errors.New("not a stretch of days")
	// ErrParts says that figures cannot be added: none is given, or they differ in
	// unit, counting rule or window.
	ErrParts = errors.New("parts cannot be added")
)

// A Window is the stretch of time that a count covers, as ISO 8601 days
// (YYYY-MM-DD), both inclusive. An empty day is one that is not said.
type Window struct {
	From  string
	Until string
}

// said reports whether both ends of the window are given.
func (w Window) said() bool { return w.From != "" && w.Until != "" }

// A Figure is a reading with what was counted, and how. Empty fields are not said.
type Figure struct {
	Reading
	Counted   string // what is counted, in the desk's words: "vehicles that used the road"
	Rule      string // counting rule: "journeys", "vehicles, each once"
	Window    Window // the stretch of time that the count covers
	AsOf      string // ISO day on which the count stood so
	CountedBy string // whose count: a source's slug
}

// Validate checks the reading as [Reading.Validate] does, and that the days of
// the window and of AsOf are days in order ([ErrWindow]). What is not said is valid.
func (f Figure) Validate() error {
	if err := f.Reading.Validate(); err != nil {
		return err
	}
	for _, day := range []string{f.Window.From, f.Window.Until, f.AsOf} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return fmt.Errorf("%w: %q is not a day (YYYY-MM-DD)", ErrWindow, day)
		}
	}
	// ISO days sort as text.
	if f.Window.said() && f.Window.From > f.Window.Until {
		return fmt.Errorf("%w: %s is after %s", ErrWindow, f.Window.From, f.Window.Until)
	}
	return nil
}

// Sum adds the bounds of parts, for a sum that is shown as our own arithmetic:
// "over 850" and "over 120" make "more than 970". Where every part is a point,
// exact or approximate, the points are added and the sum is as approximate as its
// least exact part; where an approximate part meets an open one, its band is added.
//
// It adds what it is given and cannot know whether parts overlap. The error is
// [ErrNoNumber] for a vague part, [ErrBounds] for one that is not sound, [ErrParts]
// if there are no parts or if units, counting rules or windows that are said
// differ, and [ErrNumber] if the sum has too many digits.
func Sum(parts []Figure) (Reading, error) {
	if len(parts) == 0 {
		return Reading{}, fmt.Errorf("%w: there are none", ErrParts)
	}
	var whole Figure
	points, about, nearly := true, false, false
	for _, p := range parts {
		if p.Hedge == Vague {
			return Reading{}, fmt.Errorf("%w: %q", ErrNoNumber, p.Vague)
		}
		if err := p.Reading.Validate(); err != nil {
			return Reading{}, err
		}
		if err := whole.join(p); err != nil {
			return Reading{}, err
		}
		switch p.Hedge {
		case Exactly:
		case About:
			about = true
		case Nearly:
			nearly = true
		default:
			points = false
		}
	}

	var sum Reading
	var err error
	switch {
	case !points:
		sum, err = sumBounds(parts)
	case about:
		sum, err = sumPoints(parts, About)
	case nearly:
		sum, err = sumPoints(parts, Nearly)
	default:
		sum, err = sumPoints(parts, Exactly)
	}
	if err != nil {
		return Reading{}, err
	}
	sum.Unit = whole.Unit
	sum.Verbatim = sum.String()
	return sum, nil
}

// join takes over what part says and whole does not yet, and fails where they differ.
func (f *Figure) join(part Figure) error {
	for _, field := range []struct {
		name  string
		whole *string
		part  string
		key   func(string) string
	}{
		{"units", &f.Unit, part.Unit, unitKey},
		{"counting rules", &f.Rule, part.Rule, key},
		{"starts of the window", &f.Window.From, part.Window.From, key},
		{"ends of the window", &f.Window.Until, part.Window.Until, key},
	} {
		switch {
		case field.part == "":
		case *field.whole == "":
			*field.whole = field.part
		case field.key(*field.whole) != field.key(field.part):
			return fmt.Errorf("%w: different %s (%s, %s)", ErrParts, field.name, *field.whole, field.part)
		}
	}
	return nil
}

// sumPoints adds the points of exact and approximate parts.
func sumPoints(parts []Figure, hedge Hedge) (Reading, error) {
	var sum Number
	for _, p := range parts {
		var err error
		if sum, err = sum.Add(*p.High); err != nil {
			return Reading{}, err
		}
	}
	return newReading(hedge, sum), nil
}

// sumBounds adds low to low and high to high, with the bands of approximate parts.
func sumBounds(parts []Figure) (Reading, error) {
	sum := Reading{Low: new(Number), High: new(Number)}
	add := func(to *Number, n *Number) (*Number, error) {
		if to == nil || n == nil {
			return nil, nil // open ended
		}
		s, err := to.Add(*n)
		return &s, err
	}
	for _, p := range parts {
		var err error
		low, high := p.Band()
		if sum.Low, err = add(sum.Low, low); err != nil {
			return Reading{}, err
		}
		if sum.High, err = add(sum.High, high); err != nil {
			return Reading{}, err
		}
		sum.LowOpen = sum.LowOpen || p.LowOpen && !p.Approx
		sum.HighOpen = sum.HighOpen || p.HighOpen && !p.Approx
	}
	switch {
	case sum.Low == nil && sum.High == nil:
		return Reading{}, fmt.Errorf("%w: the sum has no bound", ErrBounds)
	case sum.High == nil:
		sum.Hedge, sum.HighOpen = AtLeast, false
		if sum.LowOpen {
			sum.Hedge = Over
		}
	case sum.Low == nil || sum.Low.isZero() && !sum.LowOpen:
		sum.Hedge = UpTo
		sum.LowOpen = false
		if sum.HighOpen {
			sum.Hedge = Under
		}
	default:
		sum.Hedge = Between
	}
	return sum, nil
}
