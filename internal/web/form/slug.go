package form

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gosimple/slug"

	"counterclaim/internal/narrative"
)

// longestSlug is how long a proposed slug may be; one of 80 bytes could not be told from others by a number.
const longestSlug = 60

// spellings are letters that are better spelt in another way than the tables for all scripts do: the ə of Azerbaijani, and
// the aspirated letters of Armenian, whose mark is lost in names.
var spellings = map[rune]string{
	'ə': "e", 'Ə': "E", 'թ': "t", 'Թ': "T", 'փ': "p", 'Փ': "P", 'ք': "k", 'Ք': "K", 'չ': "ch", 'Չ': "Ch", 'ց': "ts", 'Ց': "Ts",
	'@': "", '՚': "", 'ʼ': "", '’': "", '‘': "", '\u200c': "",
}

// Slug proposes a slug for a title or name in any script: its words in Latin letters, cut between words. The marks of places
// and citations count as the slugs that they hold. It is "" for a text that gives none of two letters or more.
func Slug(title string) narrative.Slug {
	spelt := slug.Make(slug.SubstituteRune(title, spellings))
	words := strings.FieldsFunc(spelt, func(r rune) bool { return r == '-' || r == '_' })
	proposed := ""
	for _, word := range words {
		longer := strings.TrimPrefix(proposed+"-"+word, "-")
		if len(longer) > longestSlug {
			break
		}
		proposed = longer
	}
	if proposed == "" && len(words) > 0 {
		proposed = words[0][:longestSlug]
	}
	if s := narrative.Slug(proposed); s.Valid() {
		return s
	}
	return ""
}

// FreeSlug returns a slug that is none of those that are taken: the wanted one or that with a number.
func FreeSlug(wanted narrative.Slug, taken []narrative.Slug) narrative.Slug {
	free := wanted
	for n := 2; slices.Contains(taken, free); n++ {
		free = narrative.Slug(fmt.Sprintf("%s-%d", wanted, n))
	}
	return free
}
