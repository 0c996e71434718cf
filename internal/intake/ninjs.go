package intake

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"counterclaim/internal/narrative"
)

// ninjs reads news in JSON, of version 3.1 as IPTC has it and of versions 1 and 2 leniently: their keys differ in case,
// in underscores and in what stands alone or in a list.
func (d *drafter) ninjs(r Received) error {
	s, err := decodeText(r)
	if err != nil {
		return err
	}
	var item map[string]any
	if err := json.Unmarshal([]byte(s), &item); err != nil {
		return fmt.Errorf("intake: %w: it is no JSON object", ErrMalformed)
	}
	o := object{}
	for key, value := range item {
		o[strings.ReplaceAll(strings.ToLower(key), "_", "")] = value
	}
	if err := d.ninjsBody(o); err != nil {
		return err
	}
	d.Headline = first(o.variant("headlines", "", "text/plain"), o.text("headline"), o.text("title"))
	d.Byline = first(o.text("by"), o.text("byline"), o.name("bylines"))
	d.Language = o.text("language")
	if d.URL == "" {
		d.URL = webAddress(first(o.text("uri"), o.text("url")))
	}
	d.Rights = first(o.text("usageterms"), o.text("copyrightnotice"), o.text("copyrightholder"))
	d.sources(o)
	if located := o.name("located"); located != "" {
		d.note("It is located at: %s.", clip(located))
	}
	d.ninjsState(o)
	d.ninjsDates(o)
	return nil
}

// ninjsBody takes the body: plain text before HTML.
func (d *drafter) ninjsBody(o object) error {
	if plain := first(o.variant("bodies", "", "text/plain"), o.text("bodytext")); plain != "" {
		d.lines = split(plain)
		return nil
	}
	page := first(o.variant("bodies", "", "text/html"), o.variant("bodies", "", "application/xhtml+xml"), o.text("bodyhtml"),
		o.text("bodyxhtml"), o.variant("bodies", "", ""))
	if page == "" {
		return fmt.Errorf("intake: %w: the item has no body", ErrEmpty)
	}
	root, err := parsePage(page)
	if err != nil {
		return err
	}
	for _, text := range blocksOf(root) {
		d.add(text)
	}
	return nil
}

// variant returns the value of the item in a list that has the role and the type, either of which may be "" for any.
// One that names no type is plain text.
func (o object) variant(key, role, contentType string) string {
	list, _ := o[key].([]any)
	for _, item := range list {
		v, _ := item.(map[string]any)
		has := first(object(v).text("contentType"), object(v).text("contenttype"), object(v).text("content_type"), "text/plain")
		if value := object(v).text("value"); value != "" && (role == "" || object(v).text("role") == role) &&
			(contentType == "" || strings.HasPrefix(strings.ToLower(has), contentType)) {
			return value
		}
	}
	return ""
}

// sources tells the originator, whom the item credits, from those who passed it on.
func (d *drafter) sources(o object) {
	list, ok := o["infosources"].([]any)
	if !ok {
		list, _ = o["infosource"].([]any)
	}
	var others []string
	for _, item := range list[:min(len(list), 20)] {
		source, _ := item.(map[string]any)
		name := first(object(source).text("name"), object(source).text("literal"), object(source).text("uri"))
		role := strings.ToLower(object(source).text("role"))
		switch {
		case name == "":
		case d.Credit == "" && (role == "" || strings.Contains(role, "origin") || strings.Contains(role, "creat")):
			d.Credit = name
		default:
			others = append(others, strings.TrimSpace(name+" "+role))
		}
	}
	d.Credit = first(d.Credit, o.text("creditline"), o.text("source"))
	if len(others) > 0 {
		d.note("It names further sources of information: %s.", clip(strings.Join(others, "; ")))
	}
}

// ninjsState notes what forbids or delays publication.
func (d *drafter) ninjsState(o object) {
	switch status := strings.ToLower(o.text("pubstatus")); status {
	case "", "usable":
	case "withheld":
		d.Held = Withheld
		d.note("Its sender has marked it as withheld: it is not to be published until the sender says so.")
	case "canceled", "cancelled":
		d.Held = Canceled
		d.note("Its sender has cancelled it: it is not to be published.")
	default:
		d.note("Its sender has given it the status %q.", clip(status))
	}
	if embargo := first(o.text("embargoeduntil"), o.text("embargoed")); embargo != "" {
		d.embargo(embargo)
	}
	if note := o.text("ednote"); note != "" {
		d.note("Its sender's note to editors: %s", clip(note))
	}
}

// embargo takes until when something is to be kept back. A moment without a zone is the latest that it can be on any clock.
func (d *drafter) embargo(text string) {
	s, ok := readStamp("embargoedUntil", text, true)
	switch {
	case !ok:
		d.note("It is under embargo until %s, which cannot be read: enter the moment on the page of its texts once it is confirmed.", clip(text))
		return
	case !s.at.IsZero():
		d.Embargo = s.at
	default:
		d.Embargo = s.date.On.Latest.Time().AddDate(0, 0, 1).Add(12 * time.Hour)
	}
	d.note("It is under embargo until %s.", clip(text))
	if s.at.IsZero() {
		d.note("The embargo tells no moment with its zone: it is kept back for as long as that day may last anywhere.")
	}
}

// ninjsDates takes the first version's date for that of publication.
func (d *drafter) ninjsDates(o object) {
	var published, modified []stamp
	if s, ok := readStamp("firstCreated", o.text("firstcreated"), false); ok {
		published = append(published, s)
	}
	if s, ok := readStamp("versionCreated", o.text("versioncreated"), false); ok {
		modified = append(modified, s)
	}
	if len(published) == 0 { // only the date of the version at hand is known
		published, modified = modified, nil
	}
	d.publish(published, modified)
	if len(published) > 0 && d.Published.Basis == narrative.Given {
		// The agency's clock says when it was sent out, not when an outlet printed it.
		d.note("The date is that of the agency's item (%s).", published[0].where)
	}
}
