package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"text/tabwriter"
	"time"

	"counterclaim/internal/store"
	editors "counterclaim/internal/web/desk"
)

// editorCommand has a command for each thing that is done with an account.
type editorCommand struct {
	Add     addEditorCommand     `cmd:"" help:"Make an account, and print the link by which its owner chooses a password."`
	Reset   resetEditorCommand   `cmd:"" help:"Print a link by which the owner of an account chooses another password."`
	Disable disableEditorCommand `cmd:"" help:"Keep an account from logging in; its sessions, links and tokens end at once."`
	Enable  enableEditorCommand  `cmd:"" help:"Let a disabled account log in again."`
	List    listEditorsCommand   `cmd:"" help:"List all accounts."`
}

type addEditorCommand struct {
	Name string `arg:"" name:"name" help:"What the log calls somebody, for ever: 2 to 40 small letters from a to z and digits, with dots and hyphens between them."`
	Role string `required:"" enum:"reader,contributor,editor,reviewer,admin" placeholder:"ROLE" help:"What the account may: reader (newsroom editions), contributor (tags and proposes), editor (edits all), reviewer (signs off) or admin (accounts, settings). Each may do what those before it may."`
	JSON bool   `name:"json" help:"Print JSON."`
}

type resetEditorCommand struct {
	Name   string `arg:"" name:"name" help:"Name of the account."`
	Factor bool   `help:"The second factor is lost too: the link takes it away, and another one is set up."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

type disableEditorCommand struct {
	Name string `arg:"" name:"name" help:"Name of the account."`
	JSON bool   `name:"json" help:"Print JSON."`
}

type enableEditorCommand struct {
	Name string `arg:"" name:"name" help:"Name of the account."`
	JSON bool   `name:"json" help:"Print JSON."`
}

type listEditorsCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// An editorLink is a link by which somebody chooses a password.
type editorLink struct {
	Name string     `json:"name"`
	Role store.Role `json:"role"`
	Link string     `json:"link"`
}

// String returns the link alone, fit to be piped on.
func (l editorLink) String() string { return l.Link }

// An editor is an account as it is listed.
type editor struct {
	Name         string     `json:"name"`
	Role         store.Role `json:"role"`
	Disabled     bool       `json:"disabled"`
	Password     bool       `json:"password"`      // whether one was chosen
	SecondFactor bool       `json:"second_factor"` // whether one was set up
	LinkUntil    *time.Time `json:"link_until"`    // null if there is no link to be used
	Seen         *time.Time `json:"seen"`          // when a session was last used; null if there is none
}

func newEditor(row store.AccountRow) editor {
	return editor{row.Name, row.Role, row.Disabled, row.HasPassword, row.HasFactor, row.LinkUntil, row.SeenAt}
}

// String returns the account as columns, parted by tabs.
func (e editor) String() string {
	state := []string{string(e.Role)}
	add := func(is bool, word string) {
		if is {
			state = append(state, word)
		}
	}
	add(e.Disabled, "disabled")
	add(!e.Password, "no password yet")
	add(e.Password && e.SecondFactor, "second factor")
	add(e.LinkUntil != nil, "link not used yet")
	return e.Name + "\t" + strings.Join(state, ", ")
}

// An editorList is all accounts.
type editorList struct {
	Editors []editor `json:"editors"`
}

// String returns a line for each account, or one that says that there is none.
func (e editorList) String() string {
	if len(e.Editors) == 0 {
		return "there are no accounts; server editor add NAME --role admin makes the first"
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, one := range e.Editors {
		fmt.Fprintln(w, one)
	}
	_ = w.Flush() // a builder takes all
	return strings.TrimSuffix(b.String(), "\n")
}

// Run makes an account.
func (c addEditorCommand) Run(ctx context.Context, p *program) error {
	if !store.IsAccountName(c.Name) {
		return &usageError{fmt.Sprintf("editor add: %q is no name; expected 2 to 40 small letters from a to z and digits, with dots and hyphens between them", c.Name)}
	}
	return p.with(ctx, func(s *store.Store) error {
		err := s.AddAccount(ctx, c.Name, store.Role(c.Role), actor)
		if errors.Is(err, store.ErrConflict) {
			return fmt.Errorf("there is an account %s already; server editor reset %s makes another link", c.Name, c.Name)
		}
		if err != nil {
			return err
		}
		return p.printLink(ctx, s, c.Name, false, c.JSON)
	})
}

// Run makes a link for an account.
func (c resetEditorCommand) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(s *store.Store) error { return p.printLink(ctx, s, c.Name, c.Factor, c.JSON) })
}

// Run disables an account.
func (c disableEditorCommand) Run(ctx context.Context, p *program) error {
	return p.change(ctx, c.Name, c.JSON, func(s *store.Store) error { return s.DisableAccount(ctx, c.Name, actor) })
}

// Run enables an account.
func (c enableEditorCommand) Run(ctx context.Context, p *program) error {
	return p.change(ctx, c.Name, c.JSON, func(s *store.Store) error { return s.EnableAccount(ctx, c.Name, actor) })
}

// Run lists all accounts.
func (c listEditorsCommand) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(s *store.Store) error {
		all := editorList{Editors: []editor{}}
		for after, more := "", true; more; {
			var rows []store.AccountRow
			var err error
			if rows, more, err = s.AccountRows(ctx, after); err != nil {
				return err
			}
			for _, row := range rows {
				all.Editors = append(all.Editors, newEditor(row))
				after = row.Name
			}
		}
		return p.print(c.JSON, all)
	})
}

// printLink makes a link for an account and prints it.
func (p *program) printLink(ctx context.Context, s *store.Store, name string, dropsFactor, asJSON bool) error {
	token, err := s.MakeLink(ctx, name, dropsFactor, actor)
	if err != nil {
		return accountError(name, err)
	}
	row, err := s.AccountRow(ctx, name)
	if err != nil {
		return err
	}
	p.progress("for %s, %s, to choose a password: good once, for 72 hours, until another one is made", name, row.Role)
	return p.print(asJSON, editorLink{name, row.Role, p.publicURL() + editors.StartPath(token)})
}

// change does something with an account and prints what it is then.
func (p *program) change(ctx context.Context, name string, asJSON bool, do func(*store.Store) error) error {
	return p.with(ctx, func(s *store.Store) error {
		if err := do(s); err != nil {
			return accountError(name, err)
		}
		row, err := s.AccountRow(ctx, name)
		if err != nil {
			return err
		}
		return p.print(asJSON, newEditor(row))
	})
}

// accountError says of which account an error is.
func accountError(name string, err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrBadText):
		return fmt.Errorf("there is no account %q", name)
	case errors.Is(err, store.ErrDisabled):
		return fmt.Errorf("%s is disabled; server editor enable %s comes first", name, name)
	case errors.Is(err, store.ErrLastAdmin):
		return fmt.Errorf("%s is the last admin who is not disabled; make another one first", name)
	}
	return err
}

// publicURL is the site's own address: PUBLIC_URL or, on one's own machine, that of ADDR.
func (p *program) publicURL() string {
	host, port, _ := net.SplitHostPort(p.settings.Addr) // checked with the settings
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return strings.TrimRight(cmp.Or(p.settings.PublicURL, "http://"+net.JoinHostPort(host, port)), "/")
}
