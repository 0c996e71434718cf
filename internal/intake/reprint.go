package intake

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What the share of words that two texts have in common means. Reprints are abridged more often than not, so that the
// share is taken of the shorter text.
const (
	// Suggest is the containment from which an editor is asked whether two texts are one. Of what an agency sends,
	// outlets that rewrite a sentence in three still share about half; pieces on the same event that were written apart
	// share a twentieth.
	Suggest = 0.5
	// Certain is the containment from which two texts are taken for the same piece until an editor says otherwise: no
	// more than a word in fifteen differs.
	Certain = 0.8
)

// The sizes of shingles and of what is kept of them.
const (
	shingleWords = 3       // are compared, in [Containment]
	printWords   = 5       // are looked up: fewer are common to texts that have nothing else in common
	eighth       = 1 << 61 // below it lies one hash in eight
	leastKept    = 16
	mostKept     = 512
	mostWords    = 100_000
)

// apostrophes are left out of words, since they are printed in several ways.
const apostrophes = "'’ʼ՚"

// The constants of FNV-1a, of 64 bits.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// A Signature is what is kept of a text's words to find texts that share many of them. The zero value is that of a text
// without words.
type Signature struct {
	// Prints are hashes of runs of five words, in order, each once: those whose hash is among the lowest eighth of all
	// hashes, at least sixteen and at most 512 of a text. Whatever was cut from a text or put around it, the runs that
	// are left give the same prints. They are for look-up, as int4[] with the operator &&; what has one in common is
	// then compared by [Containment]. They depend on this program alone and may be stored.
	Prints []int32

	shingles []uint64 // hashes of all runs of three words, in order, each once
}

// Shingles makes the signature of a text. Case, punctuation, apostrophes and the forms of Unicode make no difference.
// Beyond 100,000 words a text is not looked at.
func Shingles(text string) Signature {
	words := hashWords(text)
	prints := slices.Compact(sorted(runs(words, printWords)))
	kept := min(len(prints), mostKept)
	for kept > leastKept && prints[kept-1] >= eighth {
		kept--
	}
	s := Signature{shingles: slices.Compact(sorted(runs(words, shingleWords)))}
	for _, p := range prints[:kept] {
		s.Prints = append(s.Prints, int32(p)) // the low half: the high one is alike in all that are kept
	}
	slices.Sort(s.Prints)
	s.Prints = slices.Compact(s.Prints)
	return s
}

// Containment returns the share of the runs of three words of the shorter text that the other one has too, from 0 to 1.
// It is 0 if either has fewer than three words.
func Containment(a, b Signature) float64 {
	shorter := min(len(a.shingles), len(b.shingles))
	if shorter == 0 {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a.shingles) && j < len(b.shingles); {
		switch x, y := a.shingles[i], b.shingles[j]; {
		case x < y:
			i++
		case x > y:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	return float64(both) / float64(shorter)
}

// Alike reports whether two signatures have a print in common, as the operator && of Postgres would.
func Alike(a, b Signature) bool {
	for i, j := 0, 0; i < len(a.Prints) && j < len(b.Prints); {
		switch x, y := a.Prints[i], b.Prints[j]; {
		case x < y:
			i++
		case x > y:
			j++
		default:
			return true
		}
	}
	return false
}

// hashWords returns a hash of each word: letters, marks and digits, folded.
func hashWords(text string) []uint64 {
	words := make([]uint64, 0, len(text)/6)
	h, within := uint64(fnvOffset), false
	for _, r := range norm.NFKC.String(text) {
		switch {
		case 'a' <= r && r <= 'z' || r > 0x7F && isWordRune(r) || '0' <= r && r <= '9':
			within = true
			if r > 0x7F {
				r = unicode.ToLower(unicode.ToUpper(r)) // some letters have two small forms
			}
			h = (h ^ uint64(r)) * fnvPrime
		case 'A' <= r && r <= 'Z':
			within = true
			h = (h ^ uint64(r-'A'+'a')) * fnvPrime
		case within && strings.ContainsRune(apostrophes, r):
		case within:
			words = append(words, h)
			if len(words) == mostWords {
				return words
			}
			h, within = fnvOffset, false
		}
	}
	if within {
		words = append(words, h)
	}
	return words
}

// runs returns a hash of each run of n words.
func runs(words []uint64, n int) []uint64 {
	if len(words) < n {
		return nil
	}
	list := make([]uint64, 0, len(words)-n+1)
	for i := range len(words) - n + 1 {
		h := uint64(n)
		for _, w := range words[i : i+n] {
			h = mix(h ^ w)
		}
		list = append(list, h)
	}
	return list
}

// mix spreads a hash over all bits (the finaliser of SplitMix64).
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

func sorted(list []uint64) []uint64 {
	slices.Sort(list)
	return list
}
