package edition

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// A cutting is the content of an edition while something is taken out of it.
type cutting struct {
	*Takedown
	redaction Redaction
	content   *Content
	gone      map[string]bool   // claims whose words go
	own       map[string]bool   // articles of the thing itself
	here      passages          // what they say in this edition, and all else that was said
	counts    map[string]bool   // figures of theirs as texts quote them
	owner     map[string]string // the name of a claim's source, by code
	labels    map[string]bool   // of positions, which the edition quotes as its own words
	related   bool              // the text in hand is about one of them
}

// cut takes the thing out of a body.
func (c *cutting) cut(b *Body) {
	c.findClaims()
	c.renameSource()
	for i := range c.content.Claims {
		if claim := &c.content.Claims[i]; c.gone[claim.Code] {
			c.claim(claim)
		}
	}
	for i := range c.content.Claims { // what an outlet wrote later is words of others too, which go whole or stay
		claim := &c.content.Claims[i]
		if now := claim.Changed.Now; c.gone[claim.Code] || len(c.spansHere(now, false)) > 0 || now != "" && c.own[claim.Article] && c.Shares([]string{now}) {
			claim.Changed = TextChange{}
		}
	}
	c.nouns()
	c.figures()
	c.walk(reflect.ValueOf(b).Elem())
	// Also those that were withheld before, for a reason that may have named the person.
	for i := range c.content.Claims {
		if claim := &c.content.Claims[i]; claim.Withheld != (Redaction{}) {
			claim.Segments = []string{"[" + claim.Withheld.String() + "]"}
		}
	}
	slices.SortFunc(c.content.Sources, func(a, b Source) int { return cmp.Compare(a.Slug, b.Slug) })
}

// findClaims finds the claims whose words go: the thing itself, those of the same article that share its words, and those
// that name the person. The words of others are never altered, so that they go whole.
func (c *cutting) findClaims() {
	c.here = passages{slices.Clone(c.spoken.segments), slices.Clone(c.spoken.folded)}
	c.counts, c.owner, c.labels = map[string]bool{}, map[string]string{}, map[string]bool{}
	for _, band := range c.content.Bands {
		for _, head := range band.Heads {
			c.labels[head.Label.String()] = true
		}
	}
	names := map[string]string{}
	for _, s := range c.content.Sources {
		names[s.Slug] = s.Name
	}
	for _, o := range c.content.Outlets {
		names[o.Slug] = o.Name
	}
	c.own = map[string]bool{}
	for _, claim := range c.content.Claims {
		c.owner[claim.Code] = names[claim.Source]
		if c.isTarget(claim) {
			c.gone[claim.Code], c.own[claim.Article] = true, true
		}
	}
	for _, claim := range c.content.Claims {
		if claim.Withheld == (Redaction{}) && (c.own[claim.Article] && c.Shares(claim.Segments) || slices.ContainsFunc(claim.Segments, c.IsNamed)) {
			c.gone[claim.Code] = true
		}
	}
	for _, claim := range c.content.Claims {
		if c.gone[claim.Code] && claim.Withheld == (Redaction{}) {
			c.here.add(append([]string{claim.Changed.Now}, claim.Segments...)...)
		}
	}
	others := map[string]bool{}
	for _, claim := range c.content.Claims {
		for _, f := range claim.Figures {
			if !c.gone[claim.Code] {
				others[f.Verbatim] = true
			}
		}
	}
	for _, claim := range c.content.Claims {
		for _, f := range claim.Figures {
			if c.gone[claim.Code] {
				c.counts["“"+f.Verbatim+"” ("+c.owner[claim.Code]+")"] = true
				c.counts["“"+f.Verbatim+"”"] = !others[f.Verbatim]
			}
		}
	}
}

// claim leaves of a claim what is known of it beside its words.
func (c *cutting) claim(claim *Claim) {
	if c.isOfPerson(claim.Source) && len(claim.Who) > 1 {
		how := &claim.Who[1].Text
		*how = strings.Replace(*how, " (“"+claim.Named+"” in the article)", "", 1)
		if claim.Office != "" {
			*how = strings.Replace(*how, ", "+claim.Office, "", 1)
		}
		claim.Named, claim.Office = "", ""
	}
	if claim.Withheld == (Redaction{}) {
		claim.Notes = slices.DeleteFunc(claim.Notes, func(note Text) bool {
			text := note.String()
			return strings.ContainsAny(text, "“\"«„") || len(c.here.copied(text, true)) > 0
		})
	}
	claim.Quoted = false
	claim.Figures = []Figure{}
	claim.Withheld = c.redaction
}

// renameSource puts the slug that stands in the person's place wherever an edition names a source by its slug.
func (c *cutting) renameSource() {
	if len(c.sources) == 0 {
		return
	}
	rename := func(slug *string) {
		if c.isOfPerson(*slug) {
			*slug = c.standIn
		}
	}
	for i := range c.content.Claims {
		claim := &c.content.Claims[i]
		// What is told of the person by another is theirs too, as is found before the slugs are gone.
		rename(&claim.Source)
		rename(&claim.AttributedTo)
		if issuer, rest, ok := strings.Cut(claim.Origin, " "); ok && c.isOfPerson(issuer) {
			claim.Origin = c.standIn + " " + rest
		}
		for k := range claim.Chain {
			rename(&claim.Chain[k].By)
		}
		for k := range claim.Figures {
			rename(&claim.Figures[k].CountedBy)
		}
	}
	for i := range c.content.Bands {
		for k := range c.content.Bands[i].Heads {
			head := &c.content.Bands[i].Heads[k]
			for n := range head.Holders {
				rename(&head.Holders[n].Source)
			}
			for n := range head.Others {
				rename(&head.Others[n])
			}
		}
	}
	for i := range c.content.Events {
		event := &c.content.Events[i]
		for k := range event.Participants {
			rename(&event.Participants[k])
		}
		for k := range event.Accounts {
			rename(&event.Accounts[k].Of)
		}
	}
	for i := range c.content.Figures.Groups {
		for k := range c.content.Figures.Groups[i].Rows {
			rename(&c.content.Figures.Groups[i].Rows[k].Figure.CountedBy)
		}
	}
	for i := range c.content.Figures.Apart {
		rename(&c.content.Figures.Apart[i].Figure.CountedBy)
	}
	for i := range c.content.Sources {
		if s := &c.content.Sources[i]; c.isOfPerson(s.Slug) {
			*s = Source{Slug: c.standIn, Name: NameWithheld, Printed: []string{}, Kind: s.Kind, Party: s.Party, Offices: []Office{}, Withheld: c.redaction}
		}
	}
}

// nouns leaves of an article that is taken down what tells when and where it came out.
func (c *cutting) nouns() {
	for i := range c.content.Articles {
		a := &c.content.Articles[i]
		if c.articles[a.Slug] {
			a.Headline, a.URL, a.Byline, a.Credit, a.Note, a.IdentNote = WordsWithheld, "", "", "", "", ""
			a.Withheld = c.redaction
		}
		if c.IsInAddress(a.URL) {
			a.URL = ""
		}
	}
}

// IsInAddress reports whether an address, or a slug, has a name of the person in it, or theirs.
func (t *Takedown) IsInAddress(address string) bool {
	flat := "-" + slugged(address) + "-"
	for slug := range t.sources {
		if strings.Contains(flat, "-"+slug+"-") {
			return true
		}
	}
	return slices.ContainsFunc(t.needles().list, func(name string) bool {
		return isDistinctive(name) && strings.Contains(flat, "-"+slugged(name)+"-")
	})
}

// slugged writes a text as addresses do: small letters and digits with single hyphens.
func slugged(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !isWordRune(r) }), "-")
}

// figures takes the figures of the claims off their axes and sets them apart, without their numbers.
func (c *cutting) figures() {
	f := &c.content.Figures
	f.Groups = slices.DeleteFunc(f.Groups, func(g FigureGroup) bool {
		for _, row := range g.Rows {
			if c.gone[row.Figure.Claim] {
				f.Apart = append(f.Apart, c.apart(row.Figure))
			}
		}
		return !slices.ContainsFunc(g.Rows, func(row FigureRow) bool { return !c.gone[row.Figure.Claim] })
	})
	drawn := false
	for i := range f.Groups {
		g := &f.Groups[i]
		had := len(g.Rows)
		g.Rows = slices.DeleteFunc(g.Rows, func(row FigureRow) bool { return c.gone[row.Figure.Claim] })
		if len(g.Rows) == had {
			continue
		}
		drawn = true
		for k := range g.Rows {
			g.Rows[k].Part = g.Rows[k].Part && !c.gone[g.Rows[k].Figure.PartOf]
		}
		g.Notes = slices.DeleteFunc(g.Notes, func(note Text) bool { return strings.Contains(note.String(), "(our arithmetic)") })
		if len(g.Ticks) > 0 {
			g.Desc = axisText(g.Unit, g.Ticks, g.Rows)
		}
	}
	for i := range f.Apart {
		if a := &f.Apart[i]; c.gone[a.Figure.Claim] {
			*a = c.apart(a.Figure)
		}
	}
	if clash := "Two figures cannot both hold"; len(c.counts) > 0 && (drawn || len(f.Apart) > 0) && strings.HasPrefix(c.content.Glance.Figures.String(), clash) {
		c.content.Glance.Figures = plain(clash + ".")
	}
}

// apart is a figure whose words were taken down, by what it counts.
func (c *cutting) apart(f Figure) ApartFigure {
	return ApartFigure{
		Figure: Figure{
			Claim: f.Claim, Aspect: f.Aspect, Position: f.Position, Verbatim: WordsWithheld, Printed: WordsWithheld, Hedge: "vague",
			Vague: WordsWithheld, Counted: f.Counted,
		},
		Label:  Text{words(upperFirst(f.Counted), ", ", WordsWithheld, ", "), {Text: c.owner[f.Claim], Kind: RunClaim, Ref: f.Claim}},
		Reason: plain(upperFirst(c.redaction.String()), "."),
	}
}

// walk takes the thing out of every text below a value. Text about a claim whose words go loses what it quotes of them.
func (c *cutting) walk(v reflect.Value) {
	related := c.related
	defer func() { c.related = related }()
	switch value := v.Addr().Interface().(type) {
	case *Text:
		c.related = related || slices.ContainsFunc(*value, func(r Run) bool { return c.gone[r.Ref] })
		*value = c.text(*value)
		return
	case *Claim:
		c.related = related || c.gone[value.Code]
		segments := value.Segments // the words of others stay as they are
		value.Segments = nil
		defer func() { value.Segments = segments }()
	case *Link:
		c.related = related || c.gone[value.Claim]
	case *Article: // what it prints again names the piece that is taken down, by its headline
		c.related = related || slices.ContainsFunc(value.ReprintOf, func(slug string) bool { return c.articles[slug] })
	case *Counter:
		c.related = related || c.gone[value.From] || c.gone[value.To]
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			c.walk(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.walk(v.Index(i))
		}
	case reflect.String:
		if s := v.String(); s != "" {
			v.SetString(c.string(s, c.related))
		}
	}
}

// string takes the thing out of a text of one piece.
func (c *cutting) string(s string, related bool) string {
	return replaceSpans(s, c.spansHere(s, related), func(mark string) string { return mark })
}

// spansHere finds what goes from a text of this edition.
func (c *cutting) spansHere(s string, related bool) []span {
	spans := c.needles().spans(s)
	spans = append(spans, c.here.copied(s, related)...)
	for _, quoted := range c.here.quoted(s, related) {
		if !c.labels[s[quoted.start:quoted.end]] {
			spans = append(spans, quoted)
		}
	}
	for quoted, is := range c.counts {
		for at := 0; is; {
			i := strings.Index(s[at:], quoted)
			if i < 0 {
				break
			}
			start := at + i + len("“")
			spans = append(spans, span{start, start + strings.Index(s[start:], "”"), WordsWithheld})
			at += i + len(quoted)
		}
	}
	return spans
}

// text takes the thing out of a text of several runs, also where it goes from one into the next. Citations stay.
func (c *cutting) text(t Text) Text {
	var whole strings.Builder
	starts := make([]int, len(t)+1)
	for i, r := range t {
		if r.Kind != RunCite {
			whole.WriteString(r.Text)
		}
		starts[i+1] = whole.Len()
	}
	for i := range t {
		if t[i].Kind == RunSource && c.isOfPerson(t[i].Ref) {
			t[i].Ref = c.standIn
		}
	}
	spans := inOrder(c.spansHere(whole.String(), c.related))
	if len(spans) == 0 {
		return t
	}
	cut := make(Text, 0, len(t))
	for i, r := range t {
		if r.Kind == RunCite {
			cut = append(cut, r)
			continue
		}
		text, at := "", starts[i]
		for _, s := range spans {
			if s.end <= starts[i] || s.start >= starts[i+1] {
				continue
			}
			if s.start > at {
				text += whole.String()[at:s.start]
			}
			if s.start >= starts[i] { // it begins in this run
				text += s.mark
			}
			at = min(s.end, starts[i+1])
		}
		r.Text = text + whole.String()[at:starts[i+1]]
		if r.Text == WordsWithheld {
			r = words(r.Text)
		}
		cut = append(cut, r)
	}
	return tidy(cut)
}
