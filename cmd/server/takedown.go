package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// takedownCommand has a command for each thing that can be taken down.
type takedownCommand struct {
	Claim   takeClaimCommand   `cmd:"" help:"Withhold the words of a claim, wherever they stand."`
	Article takeArticleCommand `cmd:"" help:"Withhold an article: the words of its claims, its headline, address and byline."`
	Source  takeSourceCommand  `cmd:"" help:"Withhold a person's name, and the words of their claims and of those that name them."`
	Edition takeEditionCommand `cmd:"" help:"Withhold one edition whole. Its address answers that it is gone."`
}

// takedownFlags go with each of them.
type takedownFlags struct {
	Reason string `placeholder:"TEXT" help:"Why; readers see it where the thing stood. Needed; it must not tell what is withheld."`
	DryRun bool   `name:"dry-run" help:"Tell what would be done, and do nothing."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

type takeClaimCommand struct {
	Code string `arg:"" name:"code" help:"Code of the claim."`
	takedownFlags
}

type takeArticleCommand struct {
	Slug string `arg:"" name:"slug" help:"Slug of the article."`
	takedownFlags
}

type takeSourceCommand struct {
	Slug string `arg:"" name:"slug" help:"Slug of the person."`
	takedownFlags
}

type takeEditionCommand struct {
	Fact   string `arg:"" name:"fact" help:"Slug of the fact."`
	Number int    `arg:"" name:"number" help:"Number of the edition."`
	takedownFlags
}

// Run withholds the words of a claim.
func (c takeClaimCommand) Run(ctx context.Context, p *program) error {
	code, err := narrative.ParseCode(c.Code)
	if err != nil {
		return &usageError{fmt.Sprintf("takedown: %q is no code of a claim, such as 7K3-M9QX", c.Code)}
	}
	return c.run(ctx, p, narrative.KindClaim, string(code))
}

// Run withholds an article.
func (c takeArticleCommand) Run(ctx context.Context, p *program) error {
	return c.run(ctx, p, narrative.KindArticle, c.Slug)
}

// Run withholds a person.
func (c takeSourceCommand) Run(ctx context.Context, p *program) error {
	return c.run(ctx, p, narrative.KindSource, c.Slug)
}

func (f takedownFlags) run(ctx context.Context, p *program, kind narrative.Kind, name string) error {
	if err := checkReason(f.Reason); err != nil {
		return &usageError{"takedown: " + err.Error()}
	}
	if kind != narrative.KindClaim && !narrative.Slug(name).Valid() {
		return &usageError{fmt.Sprintf("takedown: %q is no slug", name)}
	}
	return p.with(ctx, func(s *store.Store) error {
		p.progress("looking through every edition")
		done, err := s.TakeDown(ctx, store.Takedown{Kind: kind, Name: name, Reason: f.Reason, Actor: actor, DryRun: f.DryRun})
		if err != nil {
			return err
		}
		return p.print(f.JSON, newTakenDown(kind, done, f.DryRun))
	})
}

// Run withholds an edition whole.
func (c takeEditionCommand) Run(ctx context.Context, p *program) error {
	if err := checkReason(c.Reason); err != nil {
		return &usageError{"takedown: " + err.Error()}
	}
	if !narrative.Slug(c.Fact).Valid() || c.Number < 1 {
		return &usageError{"takedown: give the slug of the fact and the number of the edition"}
	}
	return p.with(ctx, func(s *store.Store) error {
		var err error
		if c.DryRun {
			_, err = s.Edition(ctx, c.Fact, c.Number)
		} else {
			err = s.Erase(ctx, actor, narrative.Slug(c.Fact), c.Number, c.Reason)
		}
		if err != nil {
			return err
		}
		t := newTakenDown(narrative.KindFact, store.TakenDown{
			On: time.Now().UTC().Truncate(time.Second), Editions: []store.RedactedEdition{{Fact: c.Fact, Number: c.Number}},
		}, c.DryRun)
		t.whole = true
		return p.print(c.JSON, t)
	})
}

// takenDown tells what a takedown has done.
type takenDown struct {
	DryRun    bool             `json:"dry_run,omitempty"` // then nothing was done
	Kind      narrative.Kind   `json:"kind"`
	On        time.Time        `json:"on"`
	StandIn   narrative.Slug   `json:"stand_in,omitempty"` // in the place of a person's slug
	Editions  []takenEdition   `json:"editions"`
	Newsroom  []takenEdition   `json:"newsroom"` // editions for the newsroom
	Withheld  []narrative.Code `json:"withheld"` // claims whose words are, in editions
	Removed   []narrative.Code `json:"removed"`  // from the desk's tables
	Changed   []takenNoun      `json:"changed"`
	Points    []takenNoun      `json:"points"` // facts that lost a point
	Unread    []takenNoun      `json:"unread"` // articles that no longer count as read for a fact
	Texts     int              `json:"texts"`  // captured, erased
	Waiting   takenWaiting     `json:"waiting"`
	Addresses []takenNoun      `json:"addresses"`
	Problems  []string         `json:"problems"`

	whole bool
}

type takenEdition struct {
	Fact   string `json:"fact"`
	Number int    `json:"number"`
}

// takenWaiting tells what a takedown has done to what waits at the desk.
type takenWaiting struct {
	Arrivals   []int64     `json:"arrivals"`   // what came in, by number, emptied
	Alike      []int64     `json:"alike"`      // what came in and has words of the passage in another article
	Originals  []takenNoun `json:"originals"`  // articles whose texts stay without what was received
	Copies     int         `json:"copies"`     // addresses in outside archives
	Drafts     int         `json:"drafts"`     // unsaved forms
	Proposals  int         `json:"proposals"`  // of contributors, open and settled
	Complaints []int64     `json:"complaints"` // by number
	Logged     int         `json:"logged"`     // entries of the desk's log that were blanked
	Feeds      []string    `json:"feeds"`      // that are called by the person's name and stay
}

func newTakenWaiting(done store.TakenDown) takenWaiting {
	return takenWaiting{
		append([]int64{}, done.Arrivals...), append([]int64{}, done.Alike...), takenNouns(done.Originals), done.Copies, done.Drafts, done.Proposals,
		append([]int64{}, done.Complaints...), done.Logged, append([]string{}, done.Feeds...),
	}
}

// lines say what was done, and what asks for something to be done.
func (t takenWaiting) lines() (done, left []string) {
	add := func(list *[]string, format string, args ...any) { *list = append(*list, fmt.Sprintf(format, args...)) }
	for _, id := range t.Arrivals {
		add(&done, "emptied: /desk/arrivals/%d, which came in", id)
	}
	for _, n := range t.Originals {
		add(&done, "taken away: what was received for %s %s; its text stays", n.Kind, n.Key)
	}
	if t.Copies > 0 {
		add(&done, "addresses of copies in outside archives taken away: %d", t.Copies)
	}
	if t.Drafts > 0 {
		add(&done, "unsaved forms deleted: %d", t.Drafts)
	}
	if t.Proposals > 0 {
		add(&done, "proposals deleted: %d", t.Proposals)
	}
	for _, id := range t.Complaints {
		add(&done, "withheld in: complaint %d", id)
	}
	if t.Logged > 0 {
		add(&done, "entries of the desk's log blanked: %d", t.Logged)
	}
	for _, id := range t.Alike {
		add(&left, "/desk/arrivals/%d has words of it in another article and stays; look at it", id)
	}
	for _, address := range t.Feeds {
		add(&left, "the feed %s is called by the name and stays; remove it if need be", address)
	}
	return done, left
}

type takenNoun struct {
	Kind narrative.Kind `json:"kind"`
	Key  string         `json:"key"`
}

func newTakenDown(kind narrative.Kind, done store.TakenDown, dryRun bool) takenDown {
	t := takenDown{
		DryRun: dryRun, Kind: kind, On: done.On, StandIn: done.StandIn, Editions: []takenEdition{}, Newsroom: []takenEdition{}, Withheld: append([]narrative.Code{}, done.Withheld...),
		Removed: append([]narrative.Code{}, done.Removed...), Changed: takenNouns(done.Changed), Points: takenNouns(done.Points),
		Unread: takenNouns(done.Unread), Texts: done.Texts, Waiting: newTakenWaiting(done), Addresses: takenNouns(done.Addresses), Problems: []string{},
	}
	for _, e := range done.Editions {
		t.Editions = append(t.Editions, takenEdition(e))
	}
	for _, e := range done.Newsroom {
		t.Newsroom = append(t.Newsroom, takenEdition(e))
	}
	for _, problem := range done.Problems {
		t.Problems = append(t.Problems, problem.String())
	}
	return t
}

func takenNouns(nouns []store.NounKey) []takenNoun {
	list := []takenNoun{}
	for _, n := range nouns {
		list = append(list, takenNoun(n))
	}
	return list
}

// String returns the result as lines, those that ask for something to be done last.
func (t takenDown) String() string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, e := range t.Editions {
		if t.whole {
			add("withheld whole: edition %d of %s; its record and its hash stay in the log", e.Number, e.Fact)
		} else {
			add("withheld in: edition %d of %s", e.Number, e.Fact)
		}
	}
	for _, e := range t.Newsroom {
		add("withheld in: newsroom edition %d of %s", e.Number, e.Fact)
	}
	if len(t.Withheld) > 0 {
		add("words withheld: claim %s", joinedWith(t.Withheld, ", "))
	}
	if len(t.Removed) > 0 {
		add("gone from the desk: claim %s", joinedWith(t.Removed, ", "))
	}
	if t.StandIn != "" {
		add("in the place of the person's slug stands %s", t.StandIn)
	}
	for _, n := range t.Changed {
		add("changed at the desk: %s %s", n.Kind, n.Key)
	}
	for _, n := range t.Points {
		add("lost a point that rested on it: %s %s", n.Kind, n.Key)
	}
	for _, n := range t.Unread {
		add("no longer counts as read for every fact that it did: %s %s", n.Kind, n.Key)
	}
	if t.Texts > 0 {
		add("captured texts erased: %d", t.Texts)
	}
	done, left := t.Waiting.lines()
	lines = slices.Concat(lines, done, left)
	for _, n := range t.Addresses {
		add("the address of %s %s has the name in it and stays; rename it if need be", n.Kind, n.Key)
	}
	for _, problem := range t.Problems {
		add("to be mended before the next import: %s", problem)
	}
	if t.DryRun {
		add("dry run: nothing was changed")
	} else if !t.whole {
		add("the words are in older exports and backups still; publish to bring out editions without the gaps")
	}
	return strings.Join(lines, "\n")
}

func joinedWith[T ~string](list []T, separator string) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = string(s)
	}
	return strings.Join(parts, separator)
}
