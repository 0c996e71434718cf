package edition

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
	"golang.org/x/text/unicode/norm"
)

// ErrCanonical says that a value has no canonical form: it holds a float, a whole number that JSON cannot keep exactly,
// or a text that is not UTF-8 in NFC.
var ErrCanonical = errors.New("no canonical form")

// exactInteger bounds the whole numbers that every reader of JSON keeps: 2^53 - 1 (RFC 8785, 3.2.2.3).
const exactInteger = 1<<53 - 1

// Canonical writes a value as canonical JSON (RFC 8785). It takes structs, slices, maps with text keys, texts, booleans
// and whole numbers; the error is [ErrCanonical] for what would not come back the same everywhere.
func Canonical(v any) ([]byte, error) {
	if err := check(reflect.ValueOf(v)); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCanonical, err)
	}
	return jcs.Transform(plain)
}

// check refuses what has no canonical form.
func check(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if err := check(v.Field(i)); err != nil {
				return fmt.Errorf("%s: %w", v.Type().Field(i).Name, err)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := check(v.Index(i)); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if err := errors.Join(check(key), check(v.MapIndex(key))); err != nil {
				return err
			}
		}
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			return check(v.Elem())
		}
	case reflect.String:
		if s := v.String(); !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
			return fmt.Errorf("%w: %q is not UTF-8 in NFC", ErrCanonical, s)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n := v.Int(); n > exactInteger || n < -exactInteger {
			return fmt.Errorf("%w: %d is not exact in JSON", ErrCanonical, n)
		}
	case reflect.Bool, reflect.Invalid:
	default:
		return fmt.Errorf("%w: a value of the type %s", ErrCanonical, v.Type())
	}
	return nil
}

// A Hash is a SHA-256.
type Hash [sha256.Size]byte

// String writes the hash as 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// HashOf returns the SHA-256 of a body's bytes, which its record keeps.
func HashOf(body []byte) Hash { return sha256.Sum256(body) }

// Hash returns the content's hash, over its canonical form. An equal hash is an equal page, whatever its salt, number
// and time; publishing it again makes no edition. The error is [ErrCanonical].
func (c Content) Hash() (Hash, error) {
	canonical, err := Canonical(c)
	if err != nil {
		return Hash{}, fmt.Errorf("edition: hash of the content of %s: %w", c.Slug, err)
	}
	return sha256.Sum256(canonical), nil
}
