package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"counterclaim/internal/intake"
	"counterclaim/internal/postgres"
	"counterclaim/internal/web"
	editors "counterclaim/internal/web/desk"
)

// How long a server waits for whom.
const (
	headerTimeout  = 5 * time.Second
	readTimeout    = 15 * time.Second
	writeTimeout   = 30 * time.Second
	idleTimeout    = 60 * time.Second
	drainWait      = 5 * time.Second  // from saying that it is not ready to closing its port
	shutdownWait   = 25 * time.Second // for requests under way
	maxHeaderBytes = 32 << 10

	restarts     = 3           // of a private Postgres that keeps ending
	restartsSpan = time.Minute // within this time
)

type serveCommand struct{}

// Run serves until a signal comes.
func (serveCommand) Run(ctx context.Context, p *program) (err error) {
	// First of all, so that an address in use is told at once. Until the server is ready connections wait.
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", p.settings.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", p.settings.Addr, errors.Unwrap(err))
	}
	defer listener.Close()

	d, err := p.openDatabase(ctx, postgres.Start)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := p.firstEditions(ctx, d.store); err != nil {
		return err
	}
	signer, err := p.serverSigner(ctx, d.store)
	if err != nil {
		return err
	}
	site, err := web.New(web.Options{
		Store: d.store, Signer: signer, Log: p.log, PublicURL: cmp.Or(p.settings.PublicURL, "http://"+shownAddr(listener.Addr())), Contact: p.settings.Contact,
	})
	if err != nil {
		return err
	}
	desk, err := editors.New(editors.Options{
		Site: site, Store: d.store, Log: p.log, PublicURL: p.settings.PublicURL, TrustedProxies: p.settings.TrustedProxies, Client: p.fetcher(),
		Settings: p.shownSettings(d, listener.Addr(), signer != nil),
	})
	if err != nil {
		return err
	}
	site.Mount(desk)
	site.MountReport(desk.Reports())
	following, stopFollowing := context.WithCancel(ctx)
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		_ = site.Follow(following) // ends with the context's error
	}()
	defer func() { stopFollowing(); <-followed }()
	polling, stopPolling := context.WithCancel(ctx)
	polled := make(chan struct{})
	go func() {
		defer close(polled)
		desk.Poll(polling)
	}()
	defer func() { stopPolling(); <-polled }()
	fmt.Fprintf(p.stdout, "Counterclaim is at http://%s/ (Ctrl-C stops it)\n", shownAddr(listener.Addr()))
	return p.serve(ctx, d, listener, site)
}

// shownSettings are the settings as admins see them. They hold no secret: of a database only where it is.
func (p *program) shownSettings(d *database, listens net.Addr, signs bool) editors.Settings {
	s := editors.Settings{
		Version: thisBuild().String(), Listen: listens.String(), Database: d.store.Server(), Bin: p.settings.PostgresBin, FetchSet: p.settings.FetchSet,
		Contact: p.settings.Contact, Corpus: p.settings.Corpus, LogKey: signs, LogKeySet: p.settings.LogKeyFile != "",
	}
	if d.server != nil {
		s.DataDir = p.settings.DataDir
	}
	return s
}

// fetcher is how other servers are asked for articles and feeds, nil if that is off.
func (p *program) fetcher() editors.Fetcher {
	if !p.settings.Fetch {
		return nil
	}
	o := intake.Options{UserAgent: "Counterclaim/" + thisBuild().Version, Contact: p.settings.Contact}
	for _, address := range []string{p.settings.PublicURL, "http://" + p.settings.Addr} {
		if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
			o.Own = append(o.Own, u.Hostname())
		}
	}
	return intake.NewClient(o)
}

// shownAddr is the address to type: that of this machine where the server listens on all of its addresses.
func shownAddr(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return a.String()
}

// serve answers requests until ctx ends, then lets those under way finish.
func (p *program) serve(ctx context.Context, d *database, listener net.Listener, site http.Handler) error {
	g := &gate{site: site}
	private := d.server != nil
	server := &http.Server{
		Handler:           g,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes,
		ErrorLog:       slog.NewLogLogger(p.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	watching, stopWatching := context.WithCancel(ctx)
	gone := make(chan error, 1)
	go func() { gone <- p.keepRunning(watching, d) }()
	defer func() { stopWatching(); <-gone }()

	var cause error
	select {
	case cause = <-failed:
		return cause
	case cause = <-gone:
		gone <- nil // for the deferred wait
	case <-ctx.Done():
	}
	p.log.Info("stopping")
	g.draining.Store(true)
	if cause == nil && !private { // there may be a balancer and other servers
		select {
		case <-time.After(drainWait):
		case <-failed:
		}
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return errors.Join(cause, fmt.Errorf("requests under way did not finish within %v: %w", shutdownWait, server.Close()))
	}
	return cause
}

// A gate tells balancers that the server is about to stop, and hands all else on to the site.
type gate struct {
	site     http.Handler
	draining atomic.Bool
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == readyPath && g.draining.Load() {
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return
	}
	g.site.ServeHTTP(w, r)
}

// keepRunning starts the private Postgres again when it has ended, until ctx ends. The error says why it gave up.
func (p *program) keepRunning(ctx context.Context, d *database) error {
	if d.server == nil {
		<-ctx.Done()
		return nil
	}
	var started []time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.server.Done():
		}
		reason := d.server.Err()
		if ctx.Err() != nil {
			return nil
		}
		if len(started) == restarts {
			if time.Since(started[0]) < restartsSpan {
				return fmt.Errorf("the private Postgres ended %d times within %v, the last time: %w", restarts+1, restartsSpan, reason)
			}
			started = started[1:]
		}
		started = append(started, time.Now())
		p.log.Error("the private Postgres has ended and is started again", "reason", reason)
		if err := p.restart(ctx, d); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// restart starts the private Postgres again at the address that the store's connections know.
func (p *program) restart(ctx context.Context, d *database) error {
	was := d.server.URL("", "")
	_ = d.server.Stop() // it has ended; this gives up its lock
	o, err := p.postgresOptions()
	if err != nil {
		return err
	}
	o.Existing = true // an empty database in the place of one that was taken away would help nobody
	server, err := postgres.Start(ctx, o)
	if err != nil {
		return fmt.Errorf("the private Postgres has ended and cannot be started again: %w", err)
	}
	d.server = server
	if server.URL("", "") != was {
		return errors.New("the private Postgres has ended and came back at another address; start the server again")
	}
	return nil
}
