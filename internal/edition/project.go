package edition

// A Projection is what the reading tables hold of a fact's latest edition: everything by value, so that no page needs a
// second query.
type Projection struct {
	Fact   FactRow
	Claims []ClaimRow // in the edition's order
	Nouns  []Noun     // by kind as in the edition, then slug
}

// A FactRow is a fact as lists show it.
type FactRow struct {
	Fact        string    `json:"fact"`
	Number      int       `json:"number"` // of the latest edition
	PublishedAt string    `json:"published_at"`
	Title       string    `json:"title"`
	Question    Text      `json:"question"`
	Kind        string    `json:"kind"`
	Dispute     NounRow   `json:"dispute"`
	Fiction     bool      `json:"fiction"`
	Status      Status    `json:"status"`
	AsOf        Text      `json:"as_of"`
	LatestClaim string    `json:"latest_claim"`
	ReadFor     Text      `json:"read_for"`
	Bands       []BandRow `json:"bands"`
	Claims      int       `json:"claims"`
	Articles    int       `json:"articles"` // read for it
}

// A BandRow is a band's question, empty for the fact itself, with its heads.
type BandRow struct {
	Aspect   string    `json:"aspect"`
	Question Text      `json:"question"`
	Heads    []HeadRow `json:"heads"`
}

// A HeadRow is a position as lists show it.
type HeadRow struct {
	Position string `json:"position"`
	Letter   string `json:"letter"`
	Colour   int    `json:"colour"`
	Label    Text   `json:"label"`
}

// A ClaimRow is one claim on one fact, with all that a page across facts shows of it.
type ClaimRow struct {
	Fact         string  `json:"fact"`
	Title        string  `json:"title"` // the question as plain text
	Number       int     `json:"number"`
	PublishedAt  string  `json:"published_at"`
	LogIndex     int64   `json:"log_index"`
	Claim        Claim   `json:"claim"`
	Stands       []Stand `json:"stands"`
	Article      Article `json:"article"`
	Outlet       string  `json:"outlet"` // name
	SourceName   string  `json:"source_name"`
	EventTitle   string  `json:"event_title"`
	Fiction      bool    `json:"fiction"`        // of the dispute
	InTheArticle string  `json:"in_the_article"` // words of that edition
	Original     string  `json:"original"`
}

// A Stand is a claim's stance with the position spelt out.
type Stand struct {
	Aspect         string `json:"aspect"`
	AspectQuestion Text   `json:"aspect_question"` // empty for the fact itself
	Position       string `json:"position"`        // "" if it takes none
	Letter         string `json:"letter"`
	Colour         int    `json:"colour"`
	Label          Text   `json:"label"`
	Mode           string `json:"mode"`
}

// A NounRow is a noun in a list.
type NounRow struct {
	Slug    string `json:"slug"`
	Title   string `json:"title"`
	Note    string `json:"note"`
	Count   int    `json:"count"`             // claims; for a dispute, facts
	Fiction bool   `json:"fiction,omitempty"` // it stands on facts alone that were invented for practice
}

// A Noun is one of the nouns that an edition holds by value. Doc is a [Dispute], [Article], [Outlet], [Source], [Party],
// [Event], [Place] or [Record].
type Noun struct {
	Kind RunKind
	Slug string
	Doc  any
}

// RunDispute is the kind of a dispute among the nouns of a [Projection].
const RunDispute RunKind = "dispute"

// Project draws the projection from an edition; logIndex is its entry of the log.
func Project(b Body, logIndex int64) Projection {
	c := b.Content
	p := Projection{
		Fact: FactRow{
			Fact:        c.Slug,
			Number:      b.Number,
			PublishedAt: b.PublishedAt,
			Title:       c.Title,
			Question:    c.Question,
			Kind:        c.Kind,
			Dispute:     NounRow{Slug: c.Dispute.Slug, Title: c.Dispute.Title},
			Fiction:     c.Dispute.Fiction,
			Status:      c.Status,
			AsOf:        c.AsOf,
			LatestClaim: c.LatestClaim,
			ReadFor:     c.ReadFor,
			Bands:       []BandRow{},
			Claims:      len(c.Claims),
		},
		Nouns: []Noun{{RunDispute, c.Dispute.Slug, c.Dispute}},
	}
	articles := make(map[string]Article)
	for _, a := range c.Articles {
		articles[a.Slug] = a
		p.Nouns = append(p.Nouns, Noun{RunArticle, a.Slug, a})
		if a.Read {
			p.Fact.Articles++
		}
	}
	names := make(map[string]string) // of outlets and sources, whose slugs never collide
	for _, o := range c.Outlets {
		names[o.Slug] = o.Name
		p.Nouns = append(p.Nouns, Noun{RunOutlet, o.Slug, o})
	}
	for _, s := range c.Sources {
		names[s.Slug] = s.Name
		p.Nouns = append(p.Nouns, Noun{RunSource, s.Slug, s})
	}
	for _, party := range c.Parties {
		p.Nouns = append(p.Nouns, Noun{RunParty, party.Slug, party})
	}
	events := make(map[string]string)
	for _, e := range c.Events {
		events[e.Slug] = e.Title
		p.Nouns = append(p.Nouns, Noun{RunEvent, e.Slug, e})
	}
	for _, place := range c.Places {
		p.Nouns = append(p.Nouns, Noun{RunPlace, place.Slug, place})
	}
	for _, r := range c.Records {
		p.Nouns = append(p.Nouns, Noun{RunRecord, r.Slug, r})
	}
	stands := make(map[[2]string]Stand)
	questions := make(map[string]Text)
	for _, band := range c.Bands {
		question := band.Question
		if band.Aspect == "" {
			question = Text{} // it is the fact's own
		}
		row := BandRow{Aspect: band.Aspect, Question: question, Heads: []HeadRow{}}
		questions[band.Aspect] = question
		for _, h := range band.Heads {
			row.Heads = append(row.Heads, HeadRow{h.Position, h.Letter, h.Colour, h.Label})
			stands[[2]string{band.Aspect, h.Position}] = Stand{
				Aspect: band.Aspect, AspectQuestion: question,
				Position: h.Position, Letter: h.Letter, Colour: h.Colour, Label: h.Label,
			}
		}
		p.Fact.Bands = append(p.Fact.Bands, row)
	}
	for _, claim := range c.Claims {
		row := ClaimRow{
			Fact: c.Slug, Title: c.Title, Number: b.Number, PublishedAt: b.PublishedAt, LogIndex: logIndex,
			Claim: claim, Article: articles[claim.Article], Outlet: names[claim.Outlet], SourceName: names[claim.Source],
			EventTitle: events[claim.Event], Fiction: c.Dispute.Fiction, InTheArticle: c.Words.InTheArticle, Original: c.Words.Original, Stands: []Stand{},
		}
		for _, s := range claim.Stances {
			stand, ok := stands[[2]string{s.Aspect, s.Position}]
			if !ok {
				stand = Stand{Aspect: s.Aspect, AspectQuestion: questions[s.Aspect], Label: Text{}}
			}
			stand.Mode = s.Mode
			row.Stands = append(row.Stands, stand)
		}
		p.Claims = append(p.Claims, row)
	}
	return p
}
