package edition

import (
	"slices"
	"strings"
)

// nouns compares what the page names. That a noun is named for the first time, or no more, follows from the text or claim
// that names it; articles and records are what was read and what can be checked, and so changes of their own.
func (p *comparison) nouns() {
	p.articles()
	p.recordsShown()
	p.events()
	compareNouns(p, SourceChanged, p.before.Sources, p.after.Sources, func(s Source) string { return s.Slug }, func(f *fields, b, a Source) string {
		f.text("name", b.Name, a.Name)
		f.text("printed as", strings.Join(b.Printed, ", "), strings.Join(a.Printed, ", "))
		f.text("kind", b.Kind, a.Kind)
		f.text("speaks for", p.partyName(p.before, b.Party), p.partyName(p.after, a.Party))
		f.text("offices", officesText(b.Offices), officesText(a.Offices))
		f.text("note", b.Note, a.Note)
		return a.Name
	})
	compareNouns(p, PartyChanged, p.before.Parties, p.after.Parties, func(n Party) string { return n.Slug }, func(f *fields, b, a Party) string {
		f.text("name", b.Name, a.Name)
		f.text("note", b.Note, a.Note)
		return a.Name
	})
	compareNouns(p, OutletChanged, p.before.Outlets, p.after.Outlets, func(o Outlet) string { return o.Slug }, func(f *fields, b, a Outlet) string {
		f.text("name", b.Name, a.Name)
		f.text("what it is", b.Description, a.Description)
		f.text("country", b.Country, a.Country)
		f.flag("not identified", b.Unknown, a.Unknown)
		f.text("note", b.Note, a.Note)
		return a.Name
	})
	compareNouns(p, PlaceChanged, p.before.Places, p.after.Places, func(n Place) string { return n.Slug }, func(f *fields, b, a Place) string {
		f.text("name shown", b.Shown, a.Shown)
		f.text("names", namesText(b.Names), namesText(a.Names))
		f.text("note", b.Note, a.Note)
		return a.Shown
	})
}

// compareNouns compares the nouns of a kind that both pages name. The function collects the fields that differ and returns the
// noun's name.
func compareNouns[T any](p *comparison, kind ChangeKind, before, after []T, slug func(T) string, differ func(f *fields, b, a T) string) {
	both, _, _ := matched(before, after, slug)
	for _, n := range both {
		var f fields
		name := differ(&f, n[0], n[1])
		if c, ok := f.change(Change{Kind: kind, Subject: slug(n[1])}, plain(name)); ok {
			p.add(c)
		}
	}
}

// partyName is a party of a page by its slug, since its name is a change of its own.
func (p *comparison) partyName(c Content, slug string) string {
	if slug == "" {
		return ""
	}
	if i := slices.IndexFunc(c.Parties, func(n Party) bool { return n.Slug == slug }); i >= 0 && !p.isRenamed(slug) {
		return c.Parties[i].Name + quotedSlug(slug)
	}
	return slug
}

func (p *comparison) isRenamed(party string) bool {
	both, _, _ := matched(p.before.Parties, p.after.Parties, func(n Party) string { return n.Slug })
	return slices.ContainsFunc(both, func(n [2]Party) bool { return n[1].Slug == party && n[0].Name != n[1].Name })
}

func officesText(offices []Office) string {
	var list []string
	for _, o := range offices {
		list = append(list, strings.Join([]string{o.Title, o.From, o.Until}, " / "))
	}
	return strings.Join(list, "; ")
}

// namesText lists names of a place with who uses them, by slug, since a party's name is a change of its own.
func namesText(names []PlaceName) string {
	var list []string
	for _, n := range names {
		var by []string
		for _, party := range n.UsedBy {
			by = append(by, party.Slug)
		}
		list = append(list, strings.Join([]string{n.Form, n.Lang, strings.Join(by, " "), n.From, n.Until, n.Note}, " / "))
	}
	return strings.Join(list, "; ")
}

// articles compares what was read.
func (p *comparison) articles() {
	both, gone, added := matched(p.before.Articles, p.after.Articles, func(a Article) string { return a.Slug })
	of := func(kind ChangeKind, a Article, before, after string) Change {
		return Change{Kind: kind, Subject: a.Slug, Text: append(append(plain(before), a.Citation...), words(after))}
	}
	for _, a := range added {
		if a.Read {
			p.add(of(ArticleRead, a, "Read for this now: ", "."))
		} else {
			p.follow(of(ArticleAdded, a, "Added with a claim, not read whole for this: ", "."))
		}
	}
	for _, a := range gone {
		if a.Read {
			p.add(of(ArticleUnread, a, "Not among what was read for this any more: ", "."))
		} else {
			p.follow(of(ArticleRemoved, a, "Removed with its claims: ", "."))
		}
	}
	for _, pair := range both {
		b, a := pair[0], pair[1]
		switch {
		case a.Read && !b.Read:
			p.add(of(ArticleRead, a, "Read for this now: ", "."))
		case b.Read && !a.Read:
			p.add(of(ArticleUnread, a, "Not among what was read for this any more: ", "."))
		}
		var f fields
		f.text("headline", b.Headline, a.Headline)
		f.text("headline by", b.HeadlineBy, a.HeadlineBy)
		f.text("outlet", b.Outlet, a.Outlet)
		f.text("how the outlet is known", b.Identified, a.Identified)
		f.text("why", b.IdentNote, a.IdentNote)
		f.text("kind", b.Kind, a.Kind)
		f.text("address", b.URL, a.URL)
		f.text("byline", b.Byline, a.Byline)
		f.text("language", b.Lang, a.Lang)
		f.text("translated", b.Translated, a.Translated)
		f.date("published", b.Published, a.Published)
		f.text("credit", b.Credit, a.Credit)
		if b.Reprint.String() != a.Reprint.String() { // else what it names has only become a link
			f.texts("reprint", []Text{b.Reprint}, []Text{a.Reprint})
		}
		f.text("rights", b.Rights, a.Rights)
		f.text("note", b.Note, a.Note)
		f.text("captured", b.Captured, a.Captured)
		if a.Read == b.Read {
			f.text("read by", b.ReadBy, a.ReadBy)
			f.text("read on", b.ReadOn, a.ReadOn)
		}
		if c, ok := f.change(Change{Kind: ArticleChanged, Subject: a.Slug}, a.Citation); ok {
			p.add(c)
		}
	}
}

// recordsShown compares what can be checked, and on which questions it bears.
func (p *comparison) recordsShown() {
	both, gone, added := matched(p.before.Records, p.after.Records, func(r Record) string { return r.Slug })
	named := func(r Record) Run { return Run{Text: r.Title, Kind: RunRecord, Ref: r.Slug} }
	for _, r := range added {
		p.add(Change{Kind: RecordAdded, Subject: r.Slug, Text: Text{words("What can be checked, added: "), named(r), words(".")}})
	}
	for _, r := range gone {
		p.add(Change{Kind: RecordRemoved, Subject: r.Slug, Text: Text{words("What can be checked, removed: "), named(r), words(".")}})
	}
	for _, pair := range both {
		b, a := pair[0], pair[1]
		var f fields
		f.text("title", b.Title, a.Title)
		f.text("kind", b.Kind, a.Kind)
		f.text("made by", b.Maker, a.Maker)
		f.date("date", b.Date, a.Date)
		f.text("where", b.Where, a.Where)
		f.text("checked", b.Checked, a.Checked)
		f.text("checked by", b.CheckedBy, a.CheckedBy)
		f.texts("what it shows", b.Shows, a.Shows)
		f.texts("what it does not show", b.ShowsNot, a.ShowsNot)
		f.text("bears on", bearsOn(p.before, b.Slug), bearsOn(p.after, a.Slug))
		if c, ok := f.change(Change{Kind: RecordChanged, Subject: a.Slug}, Text{named(a)}); ok {
			p.add(c)
		}
	}
}

// bearsOn names the questions under which a record stands, by their slugs.
func bearsOn(c Content, record string) string {
	var bands []string
	for i, b := range c.Bands {
		switch {
		case !slices.Contains(b.Records, record):
		case b.Aspect == "" || i == 0:
			bands = append(bands, "the fact")
		default:
			bands = append(bands, b.Aspect)
		}
	}
	return strings.Join(bands, ", ")
}

// events compares occasions, and whose account of each is held.
func (p *comparison) events() {
	both, _, _ := matched(p.before.Events, p.after.Events, func(e Event) string { return e.Slug })
	for _, pair := range both {
		b, a := pair[0], pair[1]
		var f fields
		f.text("title", b.Title, a.Title)
		f.text("kind", b.Kind, a.Kind)
		f.date("date", b.Date, a.Date)
		f.text("place", b.Place, a.Place)
		f.text("who took part", strings.Join(b.Participants, ", "), strings.Join(a.Participants, ", "))
		f.text("note", b.Note, a.Note)
		if c, ok := f.change(Change{Kind: OccasionChanged, Subject: a.Slug}, plain(a.Title)); ok {
			p.add(c)
		}
		p.accounts(b, a)
	}
}

// accounts compares the accounts that are expected of an occasion.
func (p *comparison) accounts(before, after Event) {
	both, gone, added := matched(before.Accounts, after.Accounts, func(x Account) string { return x.Of })
	change := func(of string, old, now Text) {
		c := Change{Kind: AccountChanged, Subject: after.Slug, Object: of, Text: plain(after.Title, ": the account to be expected changed.")}
		p.add(reworded(c, readable(old), readable(now)))
	}
	for _, x := range both {
		if x[0].State != x[1].State || x[0].Article != x[1].Article || !same(x[0].Text, x[1].Text) {
			change(x[1].Of, x[0].Text, x[1].Text)
		}
	}
	for _, x := range added {
		change(x.Of, nil, x.Text)
	}
	for _, x := range gone {
		change(x.Of, x.Text, nil)
	}
}
