package desk

import (
	"net/url"
	"slices"
	"strings"
)

// An assault is something that no field of a form should hold.
type assault struct {
	name string
	text string // "" for what is no text
	do   func(fields url.Values, name string)
	may  bool // it is text: it may be taken as such, and then comes back as text
}

// Assaults of which not every field has to be afraid.
const (
	missing = "missing"
	twice   = "sent twice"
	tooLong = "too long"
	anyNUL  = "NUL"
)

func set(text string) func(url.Values, string) {
	return func(fields url.Values, name string) { fields[name] = []string{text} }
}

const hostileMarkup = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`

func assaults() []assault {
	long := strings.Repeat("long ", 6000)
	list := []assault{
		{name: missing, do: func(fields url.Values, name string) { fields.Del(name) }},
		{name: twice, do: func(fields url.Values, name string) { fields[name] = []string{fields.Get(name), "another"} }},
		{name: tooLong, text: long},
	}
	for name, text := range map[string]string{anyNUL: "a\x00b", "no UTF-8": "a\xffb", "half a character": "a\xed\xa0\x80b"} {
		list = append(list, assault{name: name, text: text})
	}
	for name, text := range map[string]string{"markup": hostileMarkup, "direction": "a\u202eb\u2066c"} {
		list = append(list, assault{name: name, text: text, may: true})
	}
	for i := range list {
		if list[i].do == nil {
			list[i].do = set(list[i].text)
		}
	}
	slices.SortFunc(list, func(a, b assault) int { return strings.Compare(a.name, b.name) })
	return list
}

// unasked are fields that need not be told of when they are missing, or hold what cannot be read: nothing is kept of them.
var unasked = map[string]string{
	draftField: "names a draft, of none if it cannot be read", "next": "leads on to the desk's first page if it cannot be read",
	"preset": "says what was preset, nothing if it cannot be read", "preset_for": "the same", "after": "the same",
	theirsField: "says how the form is drawn", "username": "is for the browser's own list of passwords",
}

// optional are fields that may be left out as they may be left empty; the form is then taken without what they hold.
var optional = map[string]string{
	whyField: "a reason", fieldWhy: "a reason", "note": "a note", askField: "a note", "due": "a day", "into": "where a fact goes on", "words": "what is written so far", "used_by": "by nobody in particular", "list": "where to go on",
	"session": "one's own that is to end, none then", "headline": "read from the text", "byline": "read from the text", "day": "read from the text", "url": "read from the text",
	"author": "read from the text", "at": "not known", "way": "a text is pasted", "capture": "the passage is found by its words",
}

// spared are fields of one route, with all assaults or with one, and why nothing is lost by it.
var spared = []struct{ route, assault, field, why string }{
	{"POST " + LoginPath, twice, "", "the first of two counts, and the answer never tells what was wrong"},
	{"POST " + codePath, twice, "", "the same"},
	{"POST /desk/start/{token}", twice, "", "the same"},
	{"POST /desk/articles/{slug}/tag", "", "capture", "the passage is found by its words"},
	{"POST /desk/articles/{slug}/tag", twice, "quotation", "the first of two is looked for, and shown"},
	{"POST /desk/articles/{slug}/tag", missing, "stances[0].fact", "the claim is on no fact"},
	{"POST /desk/claims/{code}", twice, "capture", "the first of two counts, and what it says is held against the text"},
	{"POST /desk/claims/{code}", twice, "passage[0].start", "the same"},
	{"POST /desk/claims/{code}", twice, "passage[0].end", "the same"},
	{"POST /desk/claims/{code}", twice, "passage[0].words", "the same"},
	{"POST /desk/claims/{code}", missing, "stances[0].position", "the choice beside it counts"},
	{"POST " + draftsPath, "", "words", "a draft is kept as it is being written, with a mark in the place of what cannot be"},
	{"POST " + draftsPath + "/drop", "", "form", "it names a draft, of none if it cannot be read"},
	{"POST " + draftsPath + "/drop", "", "list", "it says where to go on"},
	{"POST /desk/claims/{code}/join", "", "version", "the answer says that nothing is chosen"},
	{"POST " + assignmentsPath, missing, "key", "the answer says that it is not there"},
	{"POST " + watchesPath, "", "key", "the same"},
	{"POST /desk/claims/{code}/part", "", "fact", "the same"},
	{"POST /desk/claims/{code}/part", "", "relation", "the same"},
	{"POST /desk/facts/{slug}/move", "", "new_position.label", "it is asked for with a new position only"},
	{"POST /desk/facts/{slug}/move", "", "new_aspect.question", "the same"},
	{"POST /desk/facts/{slug}/move", "", "new_position.aspect", "the same"},
	{"POST /desk/facts/{slug}/review/status", "", "status.read_to", "it is of a developing matter only"},
}

// cleaned are the routes on which a text comes in with what is known of it: what is left out of a line because it cannot be
// seen is looked at, with all the rest, before anything is made of it.
var cleaned = []string{"POST /desk/articles/new", "POST /desk/articles/{slug}/captures"}

// partly are the routes on which what is not sent stays as it was.
var partly = []string{"POST /desk/arrivals/{id}"}

// keptAnyway are the tables that a form which is refused may change: tries are counted, the time of a session's last use is
// noted, what was typed is kept, and what the server works out of texts is worked out once.
var keptAnyway = []string{"throttles", "sessions", "drafts", "capture_shingles"}

// keptOf are those that a route may change besides.
var keptOf = map[string][]string{
	"POST /desk/arrivals/{id}": {"arrivals"}, // what was mended so far is kept before it is confirmed
}
