package desk

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// A titledDraft is a draft in the list of an account's.
type titledDraft struct {
	keptDraft
	Title string
}

// A draftsView is the list of what an account was writing.
type draftsView struct {
	layout
	Drafts []titledDraft
}

// A dropView asks whether a draft is to be thrown away, and shows what is in it.
type dropView struct {
	layout
	Draft titledDraft
	List  bool // it goes on to the list
	Sent  []unfitField
}

// listDrafts shows what an account was writing.
func (s *Server) listDrafts(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.Drafts(r.Context(), accountOf(r).Name)
	if err != nil {
		return err
	}
	v := draftsView{layout: s.layout(r, "Drafts")}
	if v.Drafts, err = s.titled(r.Context(), list); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, draftsPage(v))
}

// askDrop shows a draft and asks whether it is to be thrown away.
func (s *Server) askDrop(w http.ResponseWriter, r *http.Request) error {
	key := goodKey(r.URL.Query().Get("form"))
	if key == "" {
		return errNoPage
	}
	d, err := s.store.Draft(r.Context(), accountOf(r).Name, key)
	if err != nil {
		return err
	}
	list, err := s.titled(r.Context(), []store.Draft{d})
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, dropPage(dropView{
		layout: s.layout(r, "Throw a draft away"), Draft: list[0], List: r.URL.Query().Get("list") == "on", Sent: typedIn(d.Fields),
	}))
}

// dropDraft throws a draft away and leads back to its form.
func (s *Server) dropDraft(_ http.ResponseWriter, r *http.Request) error {
	key := goodKey(r.PostForm.Get("form"))
	if key == "" {
		return &statusError{status: http.StatusBadRequest, message: "The field form does not name a form of the desk. Nothing was thrown away."}
	}
	if err := s.store.DropDraft(r.Context(), accountOf(r).Name, key); err != nil {
		return err
	}
	to := openedAt(key)
	if r.PostForm.Get("list") == "on" {
		to = draftsPath
	}
	return leadOn(to, "thrown")
}

// titled names drafts by what their forms are for.
func (s *Server) titled(ctx context.Context, list []store.Draft) ([]titledDraft, error) {
	titles := make([]titledDraft, len(list))
	of := make([]store.NounKey, len(list))
	for i, d := range list {
		titles[i].keptDraft = keptDraft{d.Form, d.SavedAt, d.Excerpt}
		titles[i].Title, of[i] = titleOfForm(openedAt(d.Form))
	}
	named := slices.DeleteFunc(slices.Clone(of), func(k store.NounKey) bool { return k.Key == "" })
	names, err := s.store.NounNames(ctx, named)
	if err != nil {
		return nil, err
	}
	invented, err := s.store.Invented(ctx, named)
	if err != nil {
		return nil, err
	}
	for i, k := range of {
		if k.Key != "" {
			titles[i].Title = practiceTitle(titles[i].Title+cmp.Or(names[k], k.Key), invented[k])
		}
	}
	return titles, nil
}

// Forms of a fact's review, which are several on one page: their drafts are told apart by the field form of the address.
const (
	whichForm   = "form"
	formPublish = "publish"
	formNote    = "note"
	formStatus  = "status"
)

// reviewForm is the address at which one of the forms of a fact's review is opened.
func reviewForm(fact narrative.Slug, form string) string {
	return reviewPath(fact) + "?" + whichForm + "=" + form
}

// formWords begin the title of a form by the last part of its address, before the name of what it is about; of a fact's review
// by which of its forms it is.
var formWords = map[string]string{
	"tag": "Tag: ", "join": "Join ", "move": "Move claims: ", "withdraw": "Withdraw: ", "captures/new": "New text: ",
	formPublish: "Publish: ", formNote: "Sign off: ", formStatus: "Status: ",
}

// titleOfForm names the form that is opened at an address; the name of the noun, if there is one, goes at its end.
func titleOfForm(address string) (string, store.NounKey) {
	u, err := url.Parse(address)
	if err != nil {
		return address, store.NounKey{}
	}
	list, rest, _ := strings.Cut(strings.TrimPrefix(u.Path, web.DeskPath+"/"), "/")
	key, page, _ := strings.Cut(rest, "/")
	if page == "review" {
		page = u.Query().Get(whichForm)
	}
	switch {
	case u.Path == newArticlePath:
		return "New article", store.NounKey{}
	case u.Path == publishPath:
		return "Publish together: " + strings.ReplaceAll(u.Query().Get("facts"), ",", ", "), store.NounKey{}
	case u.Path == complaintsPath+"/new":
		return "New complaint", store.NounKey{}
	case list == "complaints" && page == "":
		return "Complaint no. " + key, store.NounKey{}
	case list == "arrivals" && page == "":
		return "What came in, no. " + key, store.NounKey{}
	}
	for kind, plural := range plurals {
		words, known := formWords[page]
		switch {
		case plural != list:
		case key == "new" && page == "":
			n, _ := formOf(kind)
			return "New " + n.one, store.NounKey{}
		case kind == narrative.KindClaim && (known || page == ""):
			return cmp.Or(words, "Claim ") + key, store.NounKey{}
		case known || page == "":
			one := string(kind)
			return cmp.Or(words, strings.ToUpper(one[:1])+one[1:]+": "), store.NounKey{Kind: kind, Key: key}
		}
	}
	return address, store.NounKey{}
}
