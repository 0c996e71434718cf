package figure

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// ErrNumber says that a text is not a plain decimal or that a number has more
// than 30 digits.
var ErrNumber = errors.New("not a plain decimal of at most 30 digits")

// maxDigits is how many digits a number may have before and after its point
// together, leading and trailing zeros that say nothing left out.
const maxDigits = 30

// arithmetic has room for any product or sum of two numbers.
var arithmetic = apd.BaseContext.WithPrecision(4 * maxDigits)

// A Number is an exact decimal of at most 30 digits. The zero value is 0. Equal
// numbers are equal by ==. In JSON it is a string of plain digits, "86600" or
// "0.5", never with an exponent, so that no reader rounds it.
type Number struct {
	text string // canonical: "-12.5"; empty for 0
}

// ParseNumber reads a plain decimal: digits, an optional point with digits on
// both sides, an optional minus sign before; no exponent, separator or space. The
// error is [ErrNumber] for anything else and for more than 30 digits.
func ParseNumber(s string) (Number, error) {
	rest, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(rest, ".")
	if !isDigits(whole) || point && !isDigits(fraction) {
		return Number{}, fmt.Errorf("%w: %q", ErrNumber, shorten(s))
	}
	whole = strings.TrimLeft(whole, "0")
	fraction = strings.TrimRight(fraction, "0")
	if len(whole)+len(fraction) > maxDigits {
		return Number{}, fmt.Errorf("%w: %q", ErrNumber, shorten(s))
	}
	if whole == "" && fraction == "" {
		return Number{}, nil
	}
	text := whole
	if text == "" {
		text = "0"
	}
	if fraction != "" {
		text += "." + fraction
	}
	if negative {
		text = "-" + text
	}
	return Number{text}, nil
}

// Whole returns n as a Number.
func Whole(n int64) Number {
	if n == 0 {
		return Number{}
	}
	return Number{fmt.Sprint(n)}
}

// String returns the number in plain digits: "86600", "0.5", "-3".
func (n Number) String() string {
	if n.text == "" {
		return "0"
	}
	return n.text
}

// Grouped returns the number as English prints it, with commas between groups of
// three digits: "86,600", "1,234.5".
func (n Number) Grouped() string {
	rest, negative := strings.CutPrefix(n.String(), "-")
	whole, fraction, point := strings.Cut(rest, ".")
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	for i, digit := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digit)
	}
	if point {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// Cmp returns -1 if n is less than m, 0 if they are equal, and 1 if n is greater.
func (n Number) Cmp(m Number) int {
	return n.decimal().Cmp(m.decimal())
}

// Equal reports whether n and m are the same number.
func (n Number) Equal(m Number) bool { return n == m }

// Add returns n + m. The error is [ErrNumber] if the sum has too many digits.
func (n Number) Add(m Number) (Number, error) {
	var d apd.Decimal
	_, err := arithmetic.Add(&d, n.decimal(), m.decimal())
	return fromDecimal(&d, err)
}

// MarshalText gives the form of [Number.String]. It never fails.
func (n Number) MarshalText() ([]byte, error) {
	return []byte(n.String()), nil
}

// UnmarshalText reads what [ParseNumber] reads.
func (n *Number) UnmarshalText(text []byte) error {
	parsed, err := ParseNumber(string(text))
	if err != nil {
		return err
	}
	*n = parsed
	return nil
}

// MarshalJSON gives the number as a JSON string. It never fails.
func (n Number) MarshalJSON() ([]byte, error) {
	return []byte(`"` + n.String() + `"`), nil
}

// UnmarshalJSON reads a JSON string as [ParseNumber] does; null leaves n as it
// is. A JSON number is refused with [ErrNumber]: a float may have rounded it.
func (n *Number) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("%w: %s is not a JSON string", ErrNumber, shorten(string(data)))
	}
	return n.UnmarshalText([]byte(text))
}

func (n Number) isZero() bool     { return n.text == "" }
func (n Number) isNegative() bool { return strings.HasPrefix(n.text, "-") }

func (n Number) decimal() *apd.Decimal {
	// The text is canonical, so the parse cannot fail.
	d, _, _ := apd.NewFromString(n.String())
	return d
}

func (n Number) times(m Number) (Number, error) {
	var d apd.Decimal
	_, err := arithmetic.Mul(&d, n.decimal(), m.decimal())
	return fromDecimal(&d, err)
}

func (n Number) minus(m Number) (Number, error) {
	var d apd.Decimal
	_, err := arithmetic.Sub(&d, n.decimal(), m.decimal())
	return fromDecimal(&d, err)
}

// over returns n / m, rounded to six places after the point where it does not end
// before. m must not be zero.
func (n Number) over(m Number) (Number, error) {
	var d apd.Decimal
	if _, err := arithmetic.Quo(&d, n.decimal(), m.decimal()); err != nil {
		return Number{}, fmt.Errorf("%w: %w", ErrNumber, err)
	}
	if d.Exponent < -6 {
		if _, err := arithmetic.Quantize(&d, &d, -6); err != nil {
			return Number{}, fmt.Errorf("%w: %w", ErrNumber, err)
		}
	}
	return fromDecimal(&d, nil)
}

// span returns how far an approximate n may lie from the truth: half a unit of
// its last significant digit, at least 5 percent. It is 0 where the span has more
// digits than a number may have.
func (n Number) span() Number {
	whole, fraction, point := strings.Cut(n.String(), ".")
	exponent := -len(fraction)
	if !point && !n.isZero() {
		exponent = len(whole) - len(strings.TrimRight(whole, "0"))
	}
	half, err := fromDecimal(apd.New(5, int32(exponent-1)), nil)
	if err != nil {
		return Number{}
	}
	share, err := n.times(Number{"0.05"})
	if err != nil || share.Cmp(half) < 0 {
		return half
	}
	return share
}

func fromDecimal(d *apd.Decimal, err error) (Number, error) {
	if err != nil {
		return Number{}, fmt.Errorf("%w: %w", ErrNumber, err)
	}
	return ParseNumber(d.Text('f'))
}

func isDigits(s string) bool {
	for _, b := range []byte(s) {
		if b < '0' || b > '9' {
			return false
		}
	}
	return s != ""
}

// shorten cuts s for an error message.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
