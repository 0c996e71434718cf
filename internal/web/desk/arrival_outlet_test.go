package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/store"
)

const riverParagraph = "The ferry on the river was stopped at the lock on Monday, the harbour office said, and nobody on board was hurt by it in the end."

// The outlet of what came in is the one there is, where that is certain; else it is offered or asked for, and never made twice.
func TestOutletOfArrival(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)

	// Nothing tells the outlet: how it is known is asked for.
	path := e.paste(ferryText, url.Values{"url": {"https://www.gazette.example/1"}})
	fields := fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
	if fields.Get("outlet") != "" || fields.Get("identified.basis") != "" {
		t.Errorf("outlet %q, basis %q", fields.Get("outlet"), fields.Get("identified.basis"))
	}
	fields.Set("new_outlet", "Rivér  Gazette")
	fields.Set("do", "confirm")
	doc, _ := e.post(path, fields, http.StatusUnprocessableEntity)
	if doc.Find(`.problems a[href="#f-identified-basis"]`).Length() != 1 {
		h, _ := doc.Find(".problems").Html()
		t.Errorf("problems: %s", h)
	}
	fields = fieldsOf(doc.Find("form.noun"))
	fields.Set("identified.basis", "given")
	fields.Set("do", "confirm")
	e.post(path, fields, http.StatusSeeOther)

	// The same name in other letters is no second outlet: the one there is, is offered.
	path = e.paste("Boats wait\n"+riverParagraph+"\nBy the evening 40 boats were waiting below the lock, the council said in a letter to the office.\n", nil)
	fields = fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
	fields.Set("new_outlet", "RIVER GAZETTE")
	fields.Set("identified.basis", "given")
	fields.Set("do", "confirm")
	fields.Set("same", different)
	doc, _ = e.post(path, fields, http.StatusUnprocessableEntity)
	if doc.Find(`.problems a[href="#f-new_outlet"]`).Length() != 1 {
		t.Errorf("problems: %s", doc.Find(".problems").Text())
	}
	button := doc.Find(`.offers button[value^="` + chooseOutlet + `"]`)
	if button.Length() != 1 || !strings.Contains(button.Text(), "Rivér Gazette") {
		t.Fatalf("offered: %q", doc.Find(".offers").Text())
	}
	fields = fieldsOf(doc.Find("form.noun"))
	fields.Set("do", button.AttrOr("value", ""))
	e.post(path, fields, http.StatusSeeOther)
	fields = fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
	if fields.Get("outlet") != "riv-r-gazette" || fields.Get("new_outlet") != "" {
		t.Errorf("chosen: outlet %q, new outlet %q", fields.Get("outlet"), fields.Get("new_outlet"))
	}

	// A name that stands in the text, even in what was cut, is offered and not chosen.
	path = e.paste("Lock opens\n"+riverParagraph+"\nRivér Gazette website contains only a part of its news. Contact us for subscriptions.", nil)
	doc = e.get(path, http.StatusOK)
	if got := doc.Find(".offers").Text(); !strings.Contains(got, "Choose Rivér Gazette") || fieldsOf(doc.Find("form.noun")).Get("outlet") != "" {
		t.Errorf("offered: %q", got)
	}

	// What a page calls itself, and where the other articles are from, choose the outlet.
	page := func(head string) []byte {
		return []byte("<html><head>" + head + "</head><body><article><h1>Lock</h1><p>" + strings.Repeat(riverParagraph+" ", 4) + "</p></article></body></html>")
	}
	for name, test := range map[string]struct{ head, address, outlet, fresh, basis string }{
		"named":        {`<meta property="og:site_name" content="rivér gazette">`, "", "riv-r-gazette", "", "given"},
		"named anew":   {`<meta property="og:site_name" content="Lake Gazette">`, "", "", "Lake Gazette", "given"},
		"same site":    {"", "https://gazette.example/2", "riv-r-gazette", "", "inferred"},
		"another site": {"", "https://lake.example/2", "", "", ""},
	} {
		_, to := e.upload(newArticlePath, url.Values{"way": {wayFile}, "url": {test.address}}, "a.html", "text/html", page(test.head), http.StatusSeeOther)
		path, _, _ := strings.Cut(to, "?")
		f := fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
		if f.Get("outlet") != test.outlet || f.Get("new_outlet") != test.fresh || f.Get("identified.basis") != test.basis {
			t.Errorf("%s: outlet %q, new %q, basis %q", name, f.Get("outlet"), f.Get("new_outlet"), f.Get("identified.basis"))
		}
	}

	// Without a headline it is listed by its first words.
	e.paste(strings.Repeat(riverParagraph+"\n", 2), nil)
	if got := e.get(arrivalsPath, http.StatusOK).Find(".arrivals a").First().Text(); !strings.HasPrefix(got, "The ferry on the river") {
		t.Errorf("listed as %q", got)
	}
}

// A feed at an address that is never asked is refused at once.
func TestForbiddenFeed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleEditor)
	for _, address := range []string{"http://127.0.0.1:9000/feed", "http://localhost/feed", "http://[::1]/feed", "https://example.org:8443/feed", "https://name@example.org/feed", "http://10.0.0.1/feed"} {
		doc, _ := e.post(subscriptionsPath, url.Values{"address": {address}}, http.StatusUnprocessableEntity)
		if doc.Find(`.problems a[href="#f-address"]`).Length() != 1 {
			t.Errorf("%s: %s", address, doc.Find(".problems").Text())
		}
	}
}
