package desk

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestHostileSweep sends to every route that takes a form what no form should hold.
//
// Each assault is first made on all fields of a form at once. A field that the answer names is refused by a check of its own,
// and would be refused alone too. What is not named is tried again without those that are, until all are named, or the form is
// taken with all that are left, or nothing more is named; then each that is left is tried alone, of a large form the first
// three: its fields are read by one piece of code, by their types. So are the rows of a list, of which one field stands for
// those of all, and the forms of all kinds of noun that one method answers: a field that was tried alone on one of them is not
// tried on the next, and a form without a field of its own is sent with one assault on all. What is too long is tried where
// somebody types; what other fields hold is looked up, and nothing of it is kept. What is no form at all is for the wrappers of
// the handlers: it is tried on a route of each, and every route has a wrapper.
// Foreign forms and lesser roles are those of TestForeignForms and TestAccess.
func TestHostileSweep(t *testing.T) {
	t.Parallel()
	s := newHostileSite(t)
	l, tried := newLedger(t, s.db), map[string]bool{}
	for _, r := range routes(t, s.server) {
		if r.method != http.MethodPost {
			continue
		}
		for i, f := range s.forms(r) {
			t.Run(strings.ReplaceAll(r.pattern, "/", " ")+strings.Repeat("'", i), func(t *testing.T) {
				h := &hostility{t: t, hostileSite: s, ledger: l, tried: tried, f: &f, route: r.String(), parser: parserOf(r), kept: append(slices.Clone(keptAnyway), keptOf[r.String()]...)}
				h.ledger.restore(h.ledger.changed())
				s.fill(t, h.f)
				h.all()
			})
		}
	}
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		i := strings.Index(log, `"level":"ERROR"`)
		t.Errorf("the log has errors:\n%.2000s", log[i:])
	}
}

// A hostility is what is tried on one form.
type hostility struct {
	t *testing.T
	*hostileSite
	ledger *ledger
	tried  map[string]bool // what needs not be tried again, by [hostility.first]
	f      *sweptForm
	route  string
	parser string
	kept   []string
}

// parserOf names the method that reads the form of a route: one for all kinds of noun, and for new ones and old.
func parserOf(r route) string {
	return strings.TrimSuffix(strings.TrimSuffix(r.entry(), "/new"), "/{slug}")
}

// first reports whether something was not tried yet on any form of the same parser.
func (h *hostility) first(what ...string) bool {
	key := h.parser + " " + strings.Join(what, " ")
	isFirst := !h.tried[key]
	h.tried[key] = true
	return isFirst
}

// An outcome is what has become of a form.
type outcome struct {
	status int
	body   string
	page   *goquery.Document
}

func (o outcome) isRefused() bool { return o.status >= 400 }

// refusals are the statuses with which a form may be refused.
var refusals = []int{400, 403, 404, 409, 413, 415, 422, 429}

// all tries everything on the form.
func (h *hostility) all() {
	h.t.Helper()
	sound := h.send("the sound form", h.f.fields)
	if h.f.refused == "" && sound.isRefused() || h.f.refused != "" && !sound.isRefused() {
		h.t.Errorf("the sound form is answered %d: %s %s\n%v", sound.status, saidFirst(sound.page), sound.page.Find("#problems").Text(), h.f.fields)
	}
	isNew := h.first("form", h.f.find)
	for _, name := range h.names() {
		isNew = h.first("field", fold(name)) || isNew
	}
	if h.f.refused == "" {
		for _, a := range assaults() {
			if isNew || a.name == anyNUL {
				h.assault(a)
			}
		}
		if h.first("1 MB", h.f.find) {
			h.largest()
		}
		h.stale()
	}
	if o := h.sendBody("sent as JSON", "application/json", []byte("{}")); o.status != http.StatusUnsupportedMediaType {
		h.t.Errorf("sent as JSON: status %d: its handler has no wrapper that reads the form", o.status)
	}
	if slices.Contains(wrapped, h.route) && h.first("whole") {
		h.whole()
	}
}

// wrapped are routes of each wrapper: open, anyone, page, form and upload.
var wrapped = []string{"POST " + LoginPath, "POST " + factorPath, "POST " + subscriptionsPath, "POST /desk/parties/{slug}", "POST " + newArticlePath}

var number = regexp.MustCompile(`\[\d+\]`)

// fold is the name of a field without the number of its row.
func fold(name string) string { return number.ReplaceAllString(name, "[]") }

// names are the fields of the form, one for all rows of a list.
func (h *hostility) names() []string {
	seen := map[string]bool{}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(h.f.fields)) {
		if !seen[fold(name)] {
			seen[fold(name)] = true
			names = append(names, name)
		}
	}
	return names
}

// with are the form's fields with some of them assaulted.
func (h *hostility) with(a assault, names ...string) url.Values {
	fields := url.Values{}
	for name, values := range h.f.fields {
		fields[name] = slices.Clone(values)
	}
	for _, name := range names {
		a.do(fields, name)
	}
	return fields
}

// send sends fields. Whatever they are, it must not be a fault of ours, nothing of them may become markup, and a form that is
// refused has changed nothing.
func (h *hostility) send(what string, fields url.Values) outcome {
	h.t.Helper()
	contentType, body := h.f.encode(h.t, fields)
	return h.sendBody(what, contentType, body)
}

func (h *hostility) sendBody(what, contentType string, body []byte) outcome {
	h.t.Helper()
	response, answer := h.ask(h.t, http.MethodPost, h.f.to, contentType, body, h.f.cookies)
	o := outcome{status: response.StatusCode, body: string(answer), page: doc(h.t, string(answer))}
	if o.isRefused() && !slices.Contains(refusals, o.status) {
		h.t.Errorf("%s: status %d: %s", what, o.status, saidFirst(o.page))
	}
	h.isText(what, o.body)
	isMarked := bytes.Contains(body, []byte("script")) // what markup becomes on the pages that follow is looked at where there was any
	if to := response.Header.Get("Location"); to != "" && isMarked {
		cookies := maps.Clone(h.f.cookies)
		_, next := h.ask(h.t, http.MethodGet, to, "", nil, cookies)
		h.isText(what+", the page that it leads to", string(next))
	}
	changed := h.ledger.changed()
	var wrong []string
	for _, table := range changed {
		if !slices.Contains(h.kept, table) {
			wrong = append(wrong, table)
		}
	}
	if o.isRefused() && len(wrong) > 0 {
		h.t.Errorf("%s: refused with %d, and changed %v", what, o.status, wrong)
	}
	if !o.isRefused() && h.f.page != "" && isMarked {
		_, again := h.ask(h.t, http.MethodGet, h.f.page, "", nil, h.f.cookies)
		h.isText(what+", its page afterwards", string(again))
		changed = append(changed, h.ledger.changed()...)
	}
	h.ledger.restore(changed)
	return o
}

// isText checks that nothing on a page that was sent has become markup.
func (h *hostility) isText(what, body string) {
	h.t.Helper()
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
		h.t.Errorf("%s: markup that was sent is markup on the page", what)
	}
}

// assault makes an assault on all fields, and at last on those alone that are not named in the answer to all.
func (h *hostility) assault(a assault) {
	h.t.Helper()
	left := h.names()
	if a.text == "" {
		left = slices.DeleteFunc(left, h.f.isBox)
	}
	left = slices.DeleteFunc(left, func(name string) bool { return h.mayHold(a, name) })
	for len(left) > 1 {
		o := h.send(fmt.Sprintf("%s in %d fields", a.name, len(left)), h.with(a, left...))
		if !o.isRefused() {
			if a.may {
				return
			}
			break
		}
		rest := slices.DeleteFunc(slices.Clone(left), func(name string) bool { return h.isNamed(o, name) })
		h.isKept(a, o, left)
		if len(rest) == len(left) {
			break
		}
		left = rest
	}
	if len(h.names()) > 12 {
		left = left[:min(len(left), 3)]
	}
	for _, name := range left {
		if !h.first(a.name, fold(name)) {
			continue
		}
		what := a.name + " in " + name
		o := h.send(what, h.with(a, name))
		switch {
		case o.isRefused() && a.may && o.page.Find("#problems a").Length() > 0:
			h.isKept(a, o, []string{name}) // another field does not fit to it
		case o.isRefused() && !h.isNamed(o, name):
			h.t.Errorf("%s: refused with %d, and the field is not named: %s %s", what, o.status, saidFirst(o.page), o.page.Find("#problems").Text())
		case !o.isRefused() && !a.may:
			h.t.Errorf("%s: taken with %d", what, o.status)
		case o.isRefused():
			h.isKept(a, o, []string{name})
		}
	}
}

// mayHold reports whether a field may hold what an assault puts into it.
func (h *hostility) mayHold(a assault, name string) bool {
	value := h.f.fields.Get(name)
	for _, f := range spared {
		if f.route == h.route && (f.assault == "" || f.assault == a.name) && (f.field == "" || f.field == name) {
			return true
		}
	}
	switch {
	case unasked[name] != "", strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]"): // the mark of a list
		return true
	case a.name == tooLong:
		return !h.f.typed(name) || slices.Contains(cleaned, h.route)
	case a.name == missing:
		return name == doField || value == "" || value == "0" || strings.HasSuffix(name, ".slug") || strings.HasPrefix(name, aspectPrefix) || name == "bears_on[0].fact" || optional[name] != "" || slices.Contains(partly, h.route)
	case a.name == twice:
		return name == doField || slices.Contains(cleaned, h.route) || strings.Contains(value, "\n") || slices.Contains(repeated, name) || h.isMany(name)
	case a.text != "" && value == "0":
		return true // the version of what is new
	case a.text != "" && !a.may:
		return slices.Contains(cleaned, h.route)
	}
	return false
}

// isMany reports whether a field is a list, which may be sent once for each of what is in it.
func (h *hostility) isMany(name string) bool {
	return slices.Contains([]string{"participants", "used_by", "forms", "printed", "boilerplate"}, name[strings.LastIndexByte(name, '.')+1:])
}

// isNamed reports whether a page says that something is wrong with a field: by a link to it, or to the list that it is in, or
// where there is no form any more by its name.
func (h *hostility) isNamed(o outcome, name string) bool {
	if o.status == http.StatusConflict && slices.Contains(versions, name) {
		return true // it says that this is not the latest
	}
	problems := o.page.Find("#problems")
	for at := name; at != ""; at = at[:max(0, strings.LastIndexAny(at, ".["))] {
		if problems.Find(`a[href="#`+fieldID(at)+`"]`).Length() > 0 {
			return true
		}
	}
	key := strings.Trim(name[strings.LastIndexByte(name, '.')+1:], "]")
	said := problems.Text() + " " + saidFirst(o.page)
	if other := map[string]string{"choice": "position", doField: "button", "seen": "facts", "start": "passage", "end": "passage", "capture": "passage"}[key]; other != "" && strings.Contains(said, other) {
		return true
	}
	return regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(strings.ReplaceAll(key, "_", " ")) + `\b|\b` + regexp.QuoteMeta(key) + `\b`).MatchString(said)
}

// shown is a text as a page shows it.
func shown(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
}

// isKept checks that what was typed stands in the form again: in the fields that were not assaulted, and the text of those that
// were.
func (h *hostility) isKept(a assault, o outcome, assaulted []string) {
	h.t.Helper()
	again := url.Values{}
	o.page.Find("form").Each(func(_ int, form *goquery.Selection) {
		for name, values := range fieldsOf(form) {
			again[name] = append(again[name], values...)
		}
	})
	text, lost := strings.ToLower(o.page.Text()), []string(nil)
	for _, name := range h.names() {
		if !h.f.typed(name) || slices.Contains(secrets, name) {
			continue
		}
		want := shown(h.f.fields.Get(name))
		if slices.Contains(assaulted, name) {
			want = shown(a.text)
		}
		isThere := strings.Contains(text, strings.ToLower(strings.TrimSpace(want))) || slices.ContainsFunc(again[name], func(value string) bool { return strings.TrimSpace(value) == strings.TrimSpace(want) })
		isList := strings.Contains(want, "\n") // a field for each line
		if !isThere && strings.TrimSpace(want) != "" && !isList {
			lost = append(lost, name)
		}
	}
	if len(lost) > 0 {
		h.t.Errorf("%s in %.150v: refused with %d, and what was typed is lost in %v: %s", a.name, assaulted, o.status, lost, saidFirst(o.page))
	}
}

// largest sends a megabyte in the first field that somebody types into. What is too long for the others is told by the same
// checks, of which the assaults make sure.
func (h *hostility) largest() {
	h.t.Helper()
	text := strings.Repeat("x", 1<<20)
	for _, name := range h.names() {
		if !h.f.typed(name) || h.mayHold(assault{name: tooLong}, name) {
			continue
		}
		o := h.send("1 MB in "+name, h.with(assault{do: set(text)}, name))
		switch {
		case !o.isRefused():
			h.t.Errorf("1 MB in %s: taken with %d", name, o.status)
		case !h.isNamed(o, name):
			h.t.Errorf("1 MB in %s: refused with %d, and the field is not named: %s %.300s", name, o.status, saidFirst(o.page), o.page.Find("#problems").Text())
		default:
			h.isKept(assault{name: "1 MB", text: text}, o, []string{name})
		}
		return
	}
}

// versions are the fields that hold what a form was made from.
var versions = []string{"version", versionField, intoVersionField, "capture", ".seen"}

// stale sends versions that are not those of now.
func (h *hostility) stale() {
	h.t.Helper()
	for _, name := range versions {
		now, err := strconv.Atoi(h.f.fields.Get(name))
		if err != nil || now == 0 || name == "capture" || strings.HasSuffix(h.f.to, "/join") {
			continue // the form of what is new; of a link, the version of the claim that holds it counts
		}
		if !h.first("stale", name) {
			continue
		}
		for _, version := range []int{now - 1, now + 7} {
			a := assault{name: "version " + strconv.Itoa(version), do: set(strconv.Itoa(version))}
			if o := h.send(a.name, h.with(a, name)); !o.isRefused() {
				h.t.Errorf("%s of %d: taken with %d", a.name, now, o.status)
			} else if o.status == http.StatusConflict {
				h.isKept(a, o, nil)
			}
		}
	}
}

// whole sends what is no form of the desk as a whole.
func (h *hostility) whole() {
	h.t.Helper()
	many := h.with(assault{})
	for i := range 10_000 {
		many.Set("field"+strconv.Itoa(i), "x")
	}
	if o := h.send("10,000 fields", many); !o.isRefused() {
		h.t.Errorf("10,000 fields: taken with %d", o.status)
	}
	unknown := h.with(assault{})
	unknown.Set("no.such[3].field", hostileMarkup)
	h.send("an unknown field", unknown)
	sound, body := h.f.encode(h.t, h.f.fields)
	for what, contentType := range map[string]string{
		"plain text": "text/plain", "JSON": "application/json", "no type": "", "rubbish": ";;;",
		"a form with files without a boundary": "multipart/form-data", "with another boundary": "multipart/form-data; boundary=zzz", "mixed": "multipart/mixed; boundary=zzz",
	} {
		if o := h.sendBody("sent as "+what, contentType, body); !o.isRefused() && len(h.f.fields) > 0 {
			h.t.Errorf("sent as %s: taken with %d", what, o.status)
		}
	}
	h.huge(sound)
}

// huge sends 20 MB and more, of which the desk reads no more than it takes.
func (h *hostility) huge(contentType string) {
	h.t.Helper()
	read := &counted{Reader: io.MultiReader(strings.NewReader("field="), io.LimitReader(endless{}, largestUpload+(20<<20)))}
	request := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, h.f.to, read)
	request.RemoteAddr, request.Host = "127.0.0.1:1234", "127.0.0.1"
	request.Header.Set("Content-Type", contentType)
	for name, value := range h.f.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	recorder := httptest.NewRecorder()
	h.server.ServeHTTP(recorder, request)
	if !slices.Contains(refusals, recorder.Code) || read.n > largestUpload+(1<<20) {
		h.t.Errorf("a form without an end: %d after %d bytes", recorder.Code, read.n)
	}
	if changed := h.ledger.changed(); slices.ContainsFunc(changed, func(table string) bool { return !slices.Contains(h.kept, table) }) {
		h.t.Errorf("a form without an end has changed %v", changed)
	}
}

// endless is letters without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte("x"), len(p))), nil }

// counted counts what is read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}
