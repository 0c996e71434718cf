package desk

import (
	"errors"
	"net/http"
	"slices"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// accountsPath is the list of all accounts, for admins.
const accountsPath = "/desk/accounts"

// accountsOf is the page of one account, for admins.
func accountsOf(name string) string { return accountsPath + "/" + name }

// An accountsView is the list of all accounts.
type accountsView struct {
	layout
	Fields   fieldSet
	Accounts []accountRowView
	Next     string // the address of the next page, "" for none
}

// An accountRowView is an account in the list, or on a page of its own.
type accountRowView struct {
	store.AccountRow
	State string // in words
	Seen  string // "" for never
}

// An accountAdminView is the page of one account.
type accountAdminView struct {
	layout
	Fields fieldSet
	Row    accountRowView
	Mine   bool // whether it is the admin's own
}

// A linkView shows, once, the link by which somebody chooses a password.
type linkView struct {
	layout
	Name, Link string
}

// roleChoices are the roles with what they may.
var roleChoices = []choice{
	{string(store.RoleReader), "reader: reads newsroom editions"},
	{string(store.RoleContributor), "contributor: tags and proposes"},
	{string(store.RoleEditor), "editor: edits all, publishes what needs no second pair of eyes"},
	{string(store.RoleReviewer), "reviewer: signs off"},
	{string(store.RoleAdmin), "admin: accounts and settings"},
}

func newAccountRowView(row store.AccountRow) accountRowView {
	v := accountRowView{AccountRow: row}
	switch {
	case row.Disabled:
		v.State = "disabled"
	case row.LinkUntil != nil:
		v.State = "has a link that is good until " + stamp(*row.LinkUntil)
	case !row.HasPassword:
		v.State = "has no password, and no link to choose one"
	case row.LacksFactor():
		v.State = "has yet to set up the second factor"
	case row.HasFactor:
		v.State = "password and second factor"
	default:
		v.State = "password alone"
	}
	if row.SeenAt != nil {
		v.Seen = stamp(*row.SeenAt)
	}
	return v
}

// listAccounts shows all accounts.
func (s *Server) listAccounts(w http.ResponseWriter, r *http.Request) error {
	return s.drawAccounts(w, r, http.StatusOK, fieldSet{})
}

func (s *Server) drawAccounts(w http.ResponseWriter, r *http.Request, status int, f fieldSet) error {
	rows, more, err := s.store.AccountRows(r.Context(), r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	v := accountsView{layout: s.layout(r, "Accounts"), Fields: f}
	for _, row := range rows {
		v.Accounts = append(v.Accounts, newAccountRowView(row))
	}
	if more {
		v.Next = accountsPath + "?after=" + rows[len(rows)-1].Name
	}
	return s.render(w, r, status, accountsPage(v))
}

// addAccount makes an account and shows its link, once.
func (s *Server) addAccount(w http.ResponseWriter, r *http.Request) error {
	f := fieldSet{Values: r.PostForm}
	name, role := r.PostForm.Get("name"), store.Role(r.PostForm.Get("role"))
	if !store.IsAccountName(name) {
		f.Problems = append(f.Problems, narrative.Problem{Path: "name", Message: "A name has 2 to 40 characters: small letters from a to z and digits, with dots and hyphens between them."})
	}
	if !slices.Contains(store.AccountRoles, role) {
		f.Problems = append(f.Problems, narrative.Problem{Path: "role", Message: "Choose a role."})
	}
	if len(f.Problems) == 0 {
		err := s.store.AddAccount(r.Context(), name, role, accountOf(r).Name)
		switch {
		case errors.Is(err, store.ErrConflict):
			f.Problems = []narrative.Problem{{Path: "name", Message: "There is or was an account of this name; a name is never used again."}}
		case err != nil:
			return err
		default:
			s.noted(r, name, "account added")
			return s.showLink(w, r, name, false)
		}
	}
	return s.drawAccounts(w, r, http.StatusUnprocessableEntity, f)
}

// showLink makes a link for an account and shows it, once.
func (s *Server) showLink(w http.ResponseWriter, r *http.Request, name string, dropsFactor bool) error {
	token, err := s.store.MakeLink(r.Context(), name, dropsFactor, accountOf(r).Name)
	if errors.Is(err, store.ErrDisabled) {
		return s.drawAccountAdmin(w, r, http.StatusUnprocessableEntity, "The account is disabled. Enable it first.")
	}
	if err != nil {
		return err
	}
	s.noted(r, name, "link made")
	return s.render(w, r, http.StatusOK, linkPage(linkView{s.layout(r, "A link for "+name), name, s.site.Absolute(StartPath(token))}))
}

// showAccountAdmin shows one account to an admin.
func (s *Server) showAccountAdmin(w http.ResponseWriter, r *http.Request) error {
	return s.drawAccountAdmin(w, r, http.StatusOK, "")
}

// drawAccountAdmin draws the page of the account that the address names, with why something was not done.
func (s *Server) drawAccountAdmin(w http.ResponseWriter, r *http.Request, status int, problem string) error {
	row, err := s.store.AccountRow(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	v := accountAdminView{layout: s.layout(r, row.Name), Row: newAccountRowView(row), Mine: row.Name == accountOf(r).Name}
	v.Fields.Values = r.PostForm
	if v.Fields.Values.Get("role") == "" {
		v.Fields.Values = map[string][]string{"role": {string(row.Role)}}
	}
	if problem != "" {
		v.Fields.Problems = []narrative.Problem{{Path: "role", Message: problem}}
	}
	return s.render(w, r, status, accountAdminPage(v))
}

// errLastAdmin tells why the last admin stays one.
const errLastAdmin = "This is the last admin who is not disabled, and the desk needs one. Make somebody else admin first."

// setRole gives an account another role.
func (s *Server) setRole(w http.ResponseWriter, r *http.Request) error {
	name, role := r.PathValue("name"), store.Role(r.PostForm.Get("role"))
	if !slices.Contains(store.AccountRoles, role) {
		return s.drawAccountAdmin(w, r, http.StatusUnprocessableEntity, "Choose a role.")
	}
	err := s.store.SetRole(r.Context(), name, role, accountOf(r).Name)
	return s.administered(w, r, err, "role changed to "+string(role), "role")
}

// makeLink makes a link by which an account's owner chooses another password.
func (s *Server) makeLink(w http.ResponseWriter, r *http.Request) error {
	return s.showLink(w, r, r.PathValue("name"), fieldSet{Values: r.PostForm}.isOn("factor"))
}

// disableAccount keeps an account from logging in.
func (s *Server) disableAccount(w http.ResponseWriter, r *http.Request) error {
	err := s.store.DisableAccount(r.Context(), r.PathValue("name"), accountOf(r).Name)
	return s.administered(w, r, err, "account disabled", "disabled")
}

// enableAccount lets an account log in again.
func (s *Server) enableAccount(w http.ResponseWriter, r *http.Request) error {
	err := s.store.EnableAccount(r.Context(), r.PathValue("name"), accountOf(r).Name)
	return s.administered(w, r, err, "account enabled", "enabled")
}

// endSessions ends all sessions of an account.
func (s *Server) endSessions(w http.ResponseWriter, r *http.Request) error {
	err := s.store.EndSessions(r.Context(), r.PathValue("name"), "", accountOf(r).Name)
	return s.administered(w, r, err, "sessions ended", "ended")
}

// administered answers for what an admin has done with the account that the address names.
func (s *Server) administered(w http.ResponseWriter, r *http.Request, err error, event, done string) error {
	name := r.PathValue("name")
	if errors.Is(err, store.ErrLastAdmin) {
		return s.drawAccountAdmin(w, r, http.StatusUnprocessableEntity, errLastAdmin)
	}
	if err != nil {
		return err
	}
	s.noted(r, name, event)
	return leadOn(accountsOf(name), done)
}
