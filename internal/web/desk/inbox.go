package desk

import (
	"net/http"
	"net/url"
	"strconv"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/ui"
)

// inboxPath begins the addresses of the inbox's queues.
const inboxPath = web.DeskPath + "/inbox"

// An inboxView is the page on which an editor's day begins.
type inboxView struct {
	layout
	Parts   []inboxPart
	Changed []watchedView // what the account watches that has changed
	Still   []watchedView // what it watches besides
	Watch   watchView     // of the desk itself
	Drafts  int

	Proposals int // of the account
}

// An inboxPart is what waits in a queue.
type inboxPart struct {
	ID     string
	Title  string
	Help   string
	Count  string
	Href   string // of all of it, "" where all is shown
	Items  []inboxItem
	Before string // of a page of a queue: the address of the page before, and of the next one
	More   string
}

// An inboxItem is something that waits.
type inboxItem struct {
	ui.Link
	Note string
	When string
	Said bool // the text is words that were said

	Invented bool
	Read     readingView // of an article that was not read for a fact
}

// A watchedView is something that is watched.
type watchedView struct {
	ui.Link
	Invented bool
	Changes  string // as in "3 changes", "" for none
	When     string // of the latest
	Looked   string
}

// queueWords say what waits in a queue.
var queueWords = map[store.Queue][2]string{
	store.QueueMine:       {"Assigned to you", ""},
	store.QueueReview:     {"Waits for a second pair of eyes", "Somebody asks for it. Not here is what you have written all of yourself; it is over once it is signed off or published."},
	store.QueueArrivals:   {"Articles to confirm", "What came in and is no article yet."},
	store.QueueUnsorted:   {"Claims without a fact", "Tagged as unsorted."},
	store.QueuePreset:     {"Claims to complete", "Something about each is as the program has preset it, and nobody has looked at it yet."},
	store.QueueWaiting:    {"Facts with changes waiting", "Something that hangs on them was changed since their latest edition."},
	store.QueueAdrift:     {"Passages that have moved", "They do not stand in the latest text of their article, or stand there more than once."},
	store.QueueOneSided:   {"One-sided facts", "All claims on them are of one party."},
	store.QueueUnread:     {"Articles not read for a fact", "They are of the fact’s dispute, and nobody has read the whole of them for it. Without that no page says “nothing found”."},
	store.QueueUntagged:   {"Articles nobody has tagged", "Their whole text is at the desk, and no claim of it."},
	store.QueueSecond:     {"Published without a second pair of eyes", "Readers are told so until a reviewer has signed off what is listed there. What is not published yet waits with the facts that have changes."},
	store.QueueOverdue:    {"Requests for comment past their deadline", "Enter what came, or until when nothing did."},
	store.QueueComplaints: {"Complaints", "Open ones."},
	store.QueueProposals:  {"Proposals", "What contributors would have an editor save."},
}

// showInbox shows what waits for somebody. For a reader of the newsroom nothing does.
func (s *Server) showInbox(w http.ResponseWriter, r *http.Request) error {
	v := inboxView{layout: s.layout(r, "Inbox")}
	in, err := s.store.Inbox(r.Context(), v.Account.Name)
	if err != nil {
		return err
	}
	for _, n := range in.Watches {
		watched := newWatched(n)
		if n.Changes > 0 {
			v.Changed = append(v.Changed, watched)
		} else {
			v.Still = append(v.Still, watched)
		}
	}
	if v.Account.Role.May(store.RoleContributor) {
		if v.Watch, err = s.watchOf(r, store.NounKey{Kind: store.KindDesk}); err != nil {
			return err
		}
		v.Drafts, v.Proposals = in.Drafts, in.Proposals
		for _, p := range in.Parts {
			part := newInboxPart(p, web.DeskPath)
			if p.Count > len(p.Items) {
				part.Href = inboxPath + "/" + string(p.Queue)
			}
			v.Parts = append(v.Parts, part)
		}
	}
	return s.render(w, r, http.StatusOK, inboxPage(v))
}

// A queueView is a page of a queue of the inbox.
type queueView struct {
	layout
	Part inboxPart
}

// showQueue shows a queue of the inbox, 100 items a page.
func (s *Server) showQueue(w http.ResponseWriter, r *http.Request) error {
	page := 0
	if text := r.URL.Query().Get("page"); text != "" {
		var err error
		if page, err = strconv.Atoi(text); err != nil {
			return errNoPage
		}
	}
	queue := store.Queue(r.PathValue("queue"))
	p, err := s.store.InboxQueue(r.Context(), accountOf(r).Name, queue, page)
	if err != nil {
		return err
	}
	v := queueView{layout: s.layout(r, queueWords[queue][0]), Part: newInboxPart(p, inboxPath+"/"+string(queue))}
	at := func(page int) string {
		return inboxPath + "/" + url.PathEscape(string(queue)) + "?page=" + strconv.Itoa(page)
	}
	const size = 100 // of a page of [store.Store.InboxQueue]
	if page > 0 {
		v.Part.Before = at(page - 1)
	}
	if (page+1)*size < p.Count && len(p.Items) == size {
		v.Part.More = at(page + 1)
	}
	return s.render(w, r, http.StatusOK, queuePage(v))
}

// newInboxPart shows a queue on the page with the address here.
func newInboxPart(p store.InboxPart, here string) inboxPart {
	part := inboxPart{ID: string(p.Queue), Title: queueWords[p.Queue][0], Help: queueWords[p.Queue][1], Count: strconv.Itoa(p.Count)}
	if p.Count >= 1000 {
		part.Count = "1000 or more"
	}
	for _, i := range p.Items {
		item := inboxItem{Link: ui.Link{Text: i.Title, Href: itemPath(p.Queue, i.NounKey)}, Note: i.Note, Said: i.Kind == narrative.KindClaim, Invented: i.Invented}
		if i.Fact != "" {
			item.Read = readingView{Article: narrative.Slug(i.Key), Fact: i.Fact, Question: i.Note, Next: here}
		}
		if i.At != nil {
			item.When = dayAndTime(*i.At)
		}
		part.Items = append(part.Items, item)
	}
	return part
}

// itemPath is where something that waits is dealt with.
func itemPath(queue store.Queue, key store.NounKey) string {
	switch {
	case key.Kind == store.KindArrival:
		return web.DeskPath + "/arrivals/" + key.Key
	case key.Kind == store.KindComplaint:
		return complaintPath(key.Key)
	case key.Kind == store.KindProposal:
		return proposalsPath + "/" + key.Key
	case queue == store.QueueReview:
		return reviewPath(narrative.Slug(key.Key)) + "#second"
	case queue == store.QueueWaiting, queue == store.QueueSecond:
		return reviewPath(narrative.Slug(key.Key))
	case queue == store.QueueUnread, queue == store.QueueUntagged:
		return tagPath(narrative.Slug(key.Key))
	case queue == store.QueueOverdue:
		return nounPath(key.Kind, key.Key) + "#" + fieldID("requests")
	case queue == store.QueueMine:
		return historyPath(key.Kind, key.Key)
	}
	return nounPath(key.Kind, key.Key)
}
