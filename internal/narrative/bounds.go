package narrative

import "reflect"

// MayWait reports whether what a key of the corpus format holds may be missing until the noun is published, though it is
// required then.
func MayWait(key string) bool { return mayWait[key] }

// MaxLength returns the longest text, in Unicode code points, that a field of a type may hold under a key of the corpus
// format. It is 0 for types whose values have forms of their own.
func MaxLength(t reflect.Type, key string) int {
	switch {
	case t == reflect.TypeFor[Markup]():
		return boundOf(key, MaxProse, "text")
	case t == reflect.TypeFor[string]():
		return boundOf(key, MaxLine, "")
	}
	return 0
}
