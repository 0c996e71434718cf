package figure

import (
	"errors"
	"fmt"
	"strings"
)

// Errors that callers may test for with [errors.Is].
var (
	// ErrNoNumber says that a text has no figure: nothing, or a number that is part
	// of a date or a name.
	ErrNoNumber = errors.New("no figure")
	// ErrManyNumbers says that a text has more than one figure, and they are not the
	// ends of one range.
	ErrManyNumbers = errors.New("more than one figure")
	// ErrBounds says that the bounds of a reading are not sound: none where there must
	// be one, out of order, below zero, or not those of the hedge.
	ErrBounds = errors.New("bounds are not sound")
)

// A Hedge is what the words around a number make of it.
type Hedge string

// The hedges, with the interval that each makes of 22.
const (
	Exactly Hedge = "exactly"  // "22": [22, 22]
	About   Hedge = "about"    // "some 22", "around", "22 or so": [22, 22], approximate
	AtLeast Hedge = "at-least" // "at least 22", "no fewer than": [22, ∞)
	Over    Hedge = "over"     // "over 22", "more than", "upwards of": (22, ∞)
	UpTo    Hedge = "up-to"    // "up to 22", "no more than", "as many as": [0, 22]
	Under   Hedge = "under"    // "under 22", "fewer than": [0, 22)
	Nearly  Hedge = "nearly"   // "nearly 22", "almost", "just under": (0, 22), approximate from below
	Between Hedge = "between"  // "between 20 and 22", "20 to 22", "20–22": [20, 22]
	Vague   Hedge = "vague"    // "dozens", "a large number": no bounds
)

// A Reading is what the printed words of a figure say.
type Reading struct {
	Verbatim string  // as printed, trimmed
	Hedge    Hedge   // what the words around the number make of it
	Low      *Number // lower bound; nil if there is none
	High     *Number // upper bound; nil if there is none
	LowOpen  bool    // Low itself is excluded
	HighOpen bool    // High itself is excluded
	Approx   bool    // About, Nearly, or a range with "about": drawn as a band
	Vague    string  // the words in place of a number ("dozens"), if Hedge is Vague
	// Unit is what follows the number, as printed: "vehicles", "square kilometers",
	// "month" for "nine-month-long", "percent" for "%" too, "of the drivers" after a
	// share. Empty if there is nothing.
	Unit string
}

// Read reads the one figure in s, the part of a passage that is the figure with
// its hedge and unit: "at least 980 vehicles", "nearly three decades", "86.6
// thousand square kilometers". A scale is resolved (86,600); a fraction that no
// decimal holds, such as two-thirds, is rounded to six places after the point.
//
// The error is [ErrNoNumber] if there is no figure or only numbers that are part of
// a date or a name, [ErrManyNumbers] if there are several that do not form one
// range, [ErrBounds] for a number below zero or a range that runs backwards, and
// [ErrNumber] for one with too many digits. What it returns without an error passes
// [Reading.Validate].
func Read(s string) (Reading, error) {
	s = strings.TrimSpace(s)
	found := newParser(s, true).all()
	if len(found) == 0 {
		return Reading{}, fmt.Errorf("%w in %q", ErrNoNumber, shorten(s))
	}
	if len(found) > 1 {
		return Reading{}, fmt.Errorf("%w in %q", ErrManyNumbers, shorten(s))
	}
	if err := found[0].err; err != nil {
		return Reading{}, fmt.Errorf("reading %q: %w", shorten(s), err)
	}
	r := found[0].reading
	r.Verbatim = s
	return r, nil
}

// newReading makes the bounds that a hedge gives to a single number.
func newReading(hedge Hedge, n Number) Reading {
	r := Reading{Hedge: hedge}
	switch hedge {
	case AtLeast:
		r.Low = new(n)
	case Over:
		r.Low, r.LowOpen = new(n), true
	case UpTo:
		r.Low, r.High = new(Number), new(n)
	case Under:
		r.Low, r.High, r.HighOpen = new(Number), new(n), true
	case Nearly:
		r.Low, r.High, r.LowOpen, r.HighOpen, r.Approx = new(Number), new(n), true, true, true
	default:
		r.Low, r.High, r.Approx = new(n), new(n), hedge == About
	}
	return r
}

// Validate returns [ErrBounds], with what is wrong, unless the bounds are sound:
// not below zero, in order, with something between them, and those that the hedge
// has (see the constants). A vague reading has words in place of bounds.
func (r Reading) Validate() error {
	fail := func(what string) error { return fmt.Errorf("%w: %s", ErrBounds, what) }
	low, high := r.Low != nil, r.High != nil
	var fits bool
	switch r.Hedge {
	case Exactly, About:
		fits = low && high && *r.Low == *r.High && !r.LowOpen && !r.HighOpen
	case AtLeast, Over:
		fits = low && !high && r.LowOpen == (r.Hedge == Over)
	case UpTo, Under:
		fits = high && r.HighOpen == (r.Hedge == Under)
	case Nearly:
		fits = high && r.HighOpen
	case Between:
		fits = low && high
	case Vague:
		if r.Vague == "" || low || high || r.Approx {
			return fail("a vague figure has words and no bounds")
		}
		return nil
	default:
		return fail(fmt.Sprintf("%q is no hedge", string(r.Hedge)))
	}
	switch {
	case r.Vague != "":
		return fail("only a vague figure has words in place of a number")
	case !low && !high:
		return fail("there is none")
	case low && r.Low.isNegative() || high && r.High.isNegative():
		return fail("below zero")
	case low && high && r.Low.Cmp(*r.High) > 0:
		return fail(fmt.Sprintf("%s is more than %s", r.Low, r.High))
	case low && high && *r.Low == *r.High && (r.LowOpen || r.HighOpen):
		return fail("nothing lies between them")
	case !fits:
		return fail(fmt.Sprintf("not those of %q", string(r.Hedge)))
	case r.Approx && r.Hedge != Between && r.Hedge != About && r.Hedge != Nearly:
		return fail(fmt.Sprintf("%q is not approximate", string(r.Hedge)))
	case !r.Approx && (r.Hedge == About || r.Hedge == Nearly):
		return fail(fmt.Sprintf("%q is approximate", string(r.Hedge)))
	}
	return nil
}

// Band returns the interval that the figure spans when it is drawn or compared,
// nil for an end without a bound. An approximate figure spans half a unit of its
// last significant digit, at least 5 percent, either way, never below zero; one
// with "nearly" only below. Of any other figure it is the bounds.
func (r Reading) Band() (low, high *Number) {
	if r.Low != nil {
		low = new(*r.Low)
	}
	if r.High != nil {
		high = new(*r.High)
	}
	if !r.Approx {
		return low, high
	}
	if r.Hedge == Nearly {
		low = high
	}
	if low != nil {
		bottom, err := low.minus(low.span())
		if err != nil {
			bottom = *low
		}
		if bottom.isNegative() {
			bottom = Number{}
		}
		low = new(bottom)
	}
	if high != nil && r.Hedge != Nearly {
		if top, err := high.Add(high.span()); err == nil {
			high = new(top)
		}
	}
	return low, high
}

// String prints the reading in a normal form that [Read] reads to the same bounds:
// "at least 980 vehicles", "more than 850", "nearly 3 decades", "between 10 and 20
// trucks", "dozens of vehicles". A reading that is not valid prints as it was
// printed.
func (r Reading) String() string {
	amount := r.amount()
	if r.Validate() != nil || r.Unit == "" {
		return amount
	}
	if r.Hedge == Vague {
		if vagueWithOf[lastWord(r.Vague)] {
			return amount + " of " + r.Unit
		}
		return amount + " " + r.Unit
	}
	// A compound prints its measure in the singular, a count in the plural.
	if many, ok := plurals[r.Unit]; ok && r.last() != Whole(1) && r.last().Cmp(Whole(1)) > 0 {
		return amount + " " + many
	}
	return amount + " " + r.Unit
}

// amount prints the reading without its unit.
func (r Reading) amount() string {
	if r.Validate() != nil {
		return r.Verbatim
	}
	switch r.Hedge {
	case About:
		return "about " + r.number(*r.Low)
	case AtLeast:
		return "at least " + r.number(*r.Low)
	case Over:
		return "more than " + r.number(*r.Low)
	case UpTo:
		return "up to " + r.number(*r.High)
	case Under:
		return "under " + r.number(*r.High)
	case Nearly:
		return "nearly " + r.number(*r.High)
	case Between:
		return r.between()
	case Vague:
		return r.Vague
	}
	return r.number(*r.Low)
}

// between prints a range, with its open ends in words.
func (r Reading) between() string {
	low, high := r.number(*r.Low), r.number(*r.High)
	switch {
	case r.LowOpen && r.HighOpen:
		return "more than " + low + " but under " + high
	case r.LowOpen:
		return "more than " + low + " but at most " + high
	case r.HighOpen:
		return "at least " + low + " but under " + high
	case r.Approx:
		return "about " + low + " to " + high
	}
	return "between " + low + " and " + high
}

// number prints one bound: a share as a word where the figure is one, else digits.
func (r Reading) number(n Number) string {
	whole := strings.HasPrefix(r.Unit, "of ") || r.Unit == ""
	for i, f := range printedFractions {
		endless := i > 2 // halves and quarters are decimals
		if value, err := Whole(f.over).over(Whole(f.under)); err == nil && n == value && (whole || endless) {
			return f.word
		}
	}
	return n.Grouped()
}

// last returns the bound that is printed last, which the unit agrees with.
func (r Reading) last() Number {
	if r.High != nil {
		return *r.High
	}
	return *r.Low
}

func lastWord(s string) string {
	return s[strings.LastIndexByte(s, ' ')+1:]
}
