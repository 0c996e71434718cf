package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// A form opts in to drafts with three things: [draftNote.attr] on its element, draftMark inside it, and draftNotice before it,
// all of the note that [Server.draftOf] returns for the address at which the form is opened. The version that it began from is
// in the field versionField, or in version. What is then typed is kept by desk.js a second after the typing stops, and by
// [Server.page] whenever the form is sent and not dealt with. The key is drawn anew each time that a form is opened, so that
// nothing that was kept is replaced by what is typed in another tab, or by who did not take it up.

const (
	draftsPath     = web.DeskPath + "/drafts"
	dropPath       = draftsPath + "/drop"
	draftField     = "draft"         // of a form: its key; of the address: which of the drafts is taken up, by the word of its key
	takeDraft      = "take"          // in its place for a draft whose key has none
	largestKey     = 300             // bytes
	openingLength  = 10              // of the word in a key, in characters
	draftAfterwork = 2 * time.Second // for what is done with a draft after the answer is made
)

// openingWord is the word in a key that says which opening of the form it is.
var openingWord = regexp.MustCompile(`^[a-z0-9]{1,20}$`)

// A keptDraft is what was being written in a form and not saved.
type keptDraft struct {
	Form    string // its key
	SavedAt time.Time
	Excerpt string
}

// A draftNote is what a form has to do with drafts.
type draftNote struct {
	Key     string      // under which what is typed in it is kept, "" for nowhere
	Kept    []keptDraft // what else was being written in the same form, the latest first
	Taken   bool        // the form holds the text of the draft of its key
	SavedAt time.Time   // then, when that was kept
	version int         // of the noun, when the form was opened that it was written in
	fields  url.Values
}

// attr is the attribute by which desk.js knows the form.
func (n draftNote) attr() templ.Attributes {
	if n.Key == "" {
		return nil
	}
	return templ.Attributes{"data-draft": n.Key}
}

// draftKey returns the key of the form that a request brings, "" if it has none that is good.
func draftKey(r *http.Request) string {
	if r.Method != http.MethodPost || len(r.PostForm[draftField]) != 1 {
		return ""
	}
	return goodKey(r.PostForm.Get(draftField))
}

// goodKey returns a key if it is an address of the desk with or without the word of an opening, else "".
func goodKey(key string) string {
	_, word, opened := strings.Cut(key, "#")
	if len(key) > largestKey || key == web.DeskPath || safeNext(key) != key || opened && !openingWord.MatchString(word) {
		return ""
	}
	return key
}

// newKey draws the key of a form that is opened at an address, "" if that is too long.
func newKey(address string) string {
	return goodKey(address + "#" + strings.ToLower(rand.Text()[:openingLength]))
}

// openedAt is the address at which the form of a key is opened.
func openedAt(key string) string {
	address, _, _ := strings.Cut(key, "#")
	return address
}

// wordOfKey is by what the draft of a key is taken up.
func wordOfKey(key string) string {
	_, word, _ := strings.Cut(key, "#")
	return cmp.Or(word, takeDraft)
}

// takeHref is where the draft of a key is taken up.
func takeHref(key string) string {
	address, sign := openedAt(key), "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	return address + sign + draftField + "=" + wordOfKey(key)
}

// dropHref is where one is asked whether the draft of a key is to be thrown away.
func dropHref(key string, list bool) string {
	sent := url.Values{"form": {key}}
	if list {
		sent.Set("list", "on")
	}
	return dropPath + "?" + sent.Encode()
}

// draftOf returns the note of a form that is opened at an address.
func (s *Server) draftOf(r *http.Request, address string) (draftNote, error) {
	notes, err := s.draftsOf(r, address)
	return notes[0], err
}

// draftsOf returns the note of each form of a page, by the addresses at which they are opened: with a key that is drawn, what
// else its account was writing there, and the fields as they stood, if the address asks to take them up. A form that was sent
// and is drawn again keeps its key.
func (s *Server) draftsOf(r *http.Request, addresses ...string) ([]draftNote, error) {
	notes := make([]draftNote, len(addresses))
	for i, address := range addresses {
		notes[i].Key = newKey(address)
		if key := draftKey(r); key != "" && openedAt(key) == address {
			notes[i].Key = key
		}
	}
	if r.Method == http.MethodPost {
		return notes, nil
	}
	list, err := s.store.Drafts(r.Context(), accountOf(r).Name, addresses...)
	if err != nil {
		return notes, err
	}
	for _, d := range list {
		n := &notes[slices.Index(addresses, openedAt(d.Form))]
		if wordOfKey(d.Form) != r.URL.Query().Get(draftField) || n.Taken {
			n.Kept = append(n.Kept, keptDraft{d.Form, d.SavedAt, d.Excerpt})
			continue
		}
		if d, err = s.store.Draft(r.Context(), accountOf(r).Name, d.Form); errors.Is(err, store.ErrNotFound) {
			continue // dropped this moment
		}
		if err != nil {
			return notes, err
		}
		n.Key, n.Taken, n.SavedAt, n.version, n.fields = d.Form, true, d.SavedAt, d.Version, d.Fields
	}
	return notes, nil
}

// fill puts a draft that is taken up into the fields of a form. If the noun has changed since it was begun, what stands in it
// now is shown beside, as after two have saved at once. version is the noun's of now.
func (n draftNote) fill(f fieldSet, version int) fieldSet {
	if !n.Taken {
		return f
	}
	if n.version != version {
		f.Theirs = f.Values
		n.fields.Set(theirsField, "on")
	}
	f.Values = n.fields
	return f
}

// into puts the named fields of a draft that is taken up over those of a form.
func (n draftNote) into(values url.Values, names ...string) {
	for _, name := range names {
		if typed, ok := n.fields[name]; ok && n.Taken {
			values[name] = typed
		}
	}
}

// newDraft makes a draft of what a form has sent.
func newDraft(key string, sent url.Values) store.Draft {
	d := store.Draft{Form: key, Fields: url.Values{}}
	for name, values := range sent {
		if !slices.Contains([]string{draftField, versionField, "version", theirsField, doField}, name) && !slices.Contains(secrets, name) {
			for _, v := range values {
				d.Fields[readable(name)] = append(d.Fields[readable(name)], readable(v))
			}
		}
	}
	if v, err := strconv.ParseInt(cmp.Or(sent.Get(versionField), sent.Get("version")), 10, 32); err == nil && v > 0 {
		d.Version = int(v)
	}
	d.Excerpt = excerptOf(d.Fields)
	return d
}

// longestExcerpt is how much of a draft is told in lists, in characters.
const longestExcerpt = 100

// untyped are fields that hold no words of an editor's, besides those that are unseen.
var untyped = []string{"seen", "claim", "item", "other", "preset", "preset_for", "after", "place", "way", "same", "slug"}

// excerptOf is the beginning of the longest text in the fields of a form, of several words if one has any.
func excerptOf(fields url.Values) string {
	longest := ""
	isLonger := func(v string) bool {
		if words := strings.Contains(v, " "); words != strings.Contains(longest, " ") {
			return words
		}
		return len(v) > len(longest) || len(v) == len(longest) && v < longest
	}
	for name, values := range fields {
		if slices.Contains(unseen, name) || slices.Contains(untyped, name) {
			continue
		}
		for _, v := range values {
			if isLonger(v) {
				longest = v
			}
		}
	}
	if len(longest) > 50*longestExcerpt { // of white space, mostly; the rest need not be looked at
		longest = strings.ToValidUTF8(longest[:50*longestExcerpt], "")
	}
	text := []rune(strings.Join(strings.Fields(longest), " "))
	if len(text) > longestExcerpt {
		return string(text[:longestExcerpt]) + "…"
	}
	return string(text)
}

// finished is the error of a form that was dealt with and leads on.
type finished struct{ *redirect }

func (f finished) Unwrap() error { return f.redirect }

// keptElsewhere says that what a form has sent is saved, though the form is drawn again: it needs no draft.
func keptElsewhere(r *http.Request) { r.PostForm.Del(draftField) }

// drafted calls h and keeps what its form has sent, unless it was dealt with: then the draft goes.
func (s *Server) drafted(w http.ResponseWriter, r *http.Request, h handlerFunc) error {
	key := draftKey(r)
	if key == "" || r.URL.Path == draftsPath {
		return h(w, r)
	}
	draft := newDraft(key, r.PostForm) // before h fills in what was left empty
	err := h(w, r)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), draftAfterwork)
	defer cancel()
	account := accountOf(r).Name
	var failed error
	if _, ok := errors.AsType[finished](err); ok || draftKey(r) == "" {
		failed = s.store.DropDraft(ctx, account, key)
	} else {
		failed = s.store.KeepDraft(ctx, account, draft)
	}
	if failed != nil {
		s.log.WarnContext(ctx, "draft", "request", web.RequestID(r), "account", account, "error", failed)
	}
	return err
}

// errDraftTooLarge says that a form is too long to be kept.
var errDraftTooLarge = &statusError{status: http.StatusRequestEntityTooLarge, message: "The form holds more than is kept as a draft. It can still be saved."}

// keepDraft keeps what desk.js sends of a form that is being written in.
func (s *Server) keepDraft(w http.ResponseWriter, r *http.Request) error {
	key := draftKey(r)
	if key == "" {
		return &statusError{status: http.StatusBadRequest, message: "The field draft does not name a form of the desk. Nothing was kept."}
	}
	err := s.store.KeepDraft(r.Context(), accountOf(r).Name, newDraft(key, r.PostForm))
	if errors.Is(err, store.ErrInvalid) {
		return errDraftTooLarge
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}
