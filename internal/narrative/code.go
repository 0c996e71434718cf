package narrative

import (
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A Code is a claim's name for ever: six random symbols and a check symbol of Douglas Crockford's base 32
// (www.crockford.com/base32.html), written as XXX-XXXX. A code whose check symbol would be none of the 32 is never
// made, so that every code can be spoken, typed and put into an address.
type Code string

// ErrCode is the error of a text that is no code.
var ErrCode = errors.New("no claim code")

const (
	codeSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength  = 6 // without the check symbol
	codeModulus = 37
)

// NewCode makes a random code. Whether it is used already is for the caller to see.
func NewCode() Code {
	for {
		var random [codeLength]byte
		_, _ = rand.Read(random[:]) // never fails, see crypto/rand
		symbols := make([]byte, 0, codeLength+1)
		sum := 0
		for _, b := range random {
			value := int(b) % len(codeSymbols)
			symbols = append(symbols, codeSymbols[value])
			sum = (sum*len(codeSymbols) + value) % codeModulus
		}
		if sum < len(codeSymbols) {
			return hyphenated(string(symbols) + codeSymbols[sum:sum+1])
		}
	}
}

// ParseCode reads a code as people write it: in either case, with or without hyphens, o for 0 and i or l for 1. The
// error is [ErrCode].
func ParseCode(s string) (Code, error) {
	plain := strings.NewReplacer("-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if len(plain) != codeLength+1 {
		return "", fmt.Errorf("%w: %q has not %d letters and digits", ErrCode, s, codeLength+1)
	}
	sum := 0
	for i, r := range plain {
		value := strings.IndexRune(codeSymbols, r)
		switch {
		case value < 0:
			return "", fmt.Errorf("%w: %q has the symbol %q", ErrCode, s, r)
		case i < codeLength:
			sum = (sum*len(codeSymbols) + value) % codeModulus
		case value != sum:
			return "", fmt.Errorf("%w: %q does not fit its check symbol", ErrCode, s)
		}
	}
	return hyphenated(plain), nil
}

func hyphenated(plain string) Code { return Code(plain[:3] + "-" + plain[3:]) }

// Valid reports whether the code is in its one written form.
func (c Code) Valid() bool {
	parsed, err := ParseCode(string(c))
	return err == nil && parsed == c
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Valid reports whether the slug is in the form that [Slug] states.
func (s Slug) Valid() bool { return len(s) >= 2 && len(s) <= 80 && slugForm.MatchString(string(s)) }
