package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, test := range map[string]struct {
		env  map[string]string
		want []string // words of the error, none for no error
	}{
		"none":      {nil, nil},
		"all":       {map[string]string{"ADDR": ":80", "DATABASE_URL": "postgres://a:b@c/d", "CORPUS": folder, "PUBLIC_URL": "https://example.org/x", "CONTACT": "desk@example.org"}, nil},
		"words":     {map[string]string{"DATABASE_URL": "host=/run dbname=x"}, nil},
		"web":       {map[string]string{"CONTACT": "https://example.org/contact"}, nil},
		"mailto":    {map[string]string{"CONTACT": "mailto:desk@example.org"}, nil},
		"every one": {map[string]string{"ADDR": "8080", "DATABASE_URL": "mysql://u:secret@h/d", "POSTGRES_BIN": folder + "/none", "PUBLIC_URL": "example.org", "CORPUS": "embeded", "CONTACT": "the desk"}, []string{"ADDR", "DATABASE_URL", "POSTGRES_BIN", "PUBLIC_URL", "CORPUS", "CONTACT"}},
		"no key":    {map[string]string{"LOG_KEY_FILE": "settings_test.go"}, []string{"LOG_KEY_FILE"}},
		"key later": {map[string]string{"LOG_KEY_FILE": folder + "/none"}, nil},
		"proxies":   {map[string]string{"TRUSTED_PROXIES": "127.0.0.1, ::1,10.0.0.0/8"}, nil},
		"proxy":     {map[string]string{"TRUSTED_PROXIES": "127.0.0.1, proxy"}, []string{"TRUSTED_PROXIES"}},
		"zone":      {map[string]string{"TRUSTED_PROXIES": "fe80::1%eth0"}, []string{"TRUSTED_PROXIES"}},
		"port":      {map[string]string{"ADDR": "localhost:99999"}, []string{"ADDR"}},
		"fetch":     {map[string]string{"FETCH": "yes"}, []string{"FETCH"}},
		"query":     {map[string]string{"PUBLIC_URL": "https://example.org/?a"}, []string{"PUBLIC_URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := readSettings(func(name string) string { return test.env[name] })
			if len(test.want) == 0 {
				if err != nil {
					t.Errorf("error = %v, want none", err)
				}
				if s.Addr == "" || s.Corpus == "" {
					t.Errorf("settings without defaults: %+v", s)
				}
				return
			}
			if err == nil {
				t.Fatal("no error")
			}
			for _, word := range test.want {
				if !strings.Contains(err.Error(), word+" is ") {
					t.Errorf("the error does not name %s: %v", word, err)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error gives a password away: %v", err)
			}
		})
	}
}

func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	s, err := readSettings(func(name string) string {
		return map[string]string{"TRUSTED_PROXIES": "127.0.0.1, 2001:db8::1/32,,10.1.2.3/8"}[name]
	})
	if got, want := fmt.Sprint(s.TrustedProxies), "[127.0.0.1/32 2001:db8::/32 10.0.0.0/8]"; err != nil || got != want {
		t.Errorf("proxies are %s (%v), want %s", got, err, want)
	}
}

func TestFetchSetting(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env  map[string]string
		want bool
	}{
		"laptop":           {nil, true},
		"laptop, off":      {map[string]string{"FETCH": "off"}, false},
		"by name":          {map[string]string{"ADDR": "localhost:9000"}, true},
		"version 6":        {map[string]string{"ADDR": "[::1]:9000"}, true},
		"reached by all":   {map[string]string{"ADDR": ":8080"}, false},
		"other Postgres":   {map[string]string{"DATABASE_URL": "postgres://h/d"}, false},
		"there, and is on": {map[string]string{"DATABASE_URL": "postgres://h/d", "ADDR": ":80", "FETCH": "on"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := readSettings(func(name string) string { return test.env[name] })
			if err != nil || s.Fetch != test.want {
				t.Errorf("fetching = %v (%v), want %v", s.Fetch, err, test.want)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want string
	}{
		{errors.New("just so"), "just so"},
		{fmt.Errorf(`store.Import("server"): store.Open: %w`, errors.New("two\n lines")), "two lines"},
		{fmt.Errorf(`store.Publish(2 facts): %w`, store.ErrReason), "a reason is needed"},
		{fmt.Errorf("store.Verify(): %w", &edition.Fault{LogIndex: 3, Fact: "bridge-open", Number: 2, Problem: "altered"}), "edition 2 of bridge-open (log index 3): altered"},
		{fmt.Errorf("checkpoint: %w: more", errors.New("not a key")), "not a key: more"},
		{fmt.Errorf("corpus: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}), "x does not exist"},
	} {
		if got := plain(t.Context(), test.err); got != test.want {
			t.Errorf("plain(%v) = %q, want %q", test.err, got, test.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := plain(ctx, fmt.Errorf("postgres: %w", context.Canceled)); got != "interrupted" {
		t.Errorf("after a signal plain says %q", got)
	}
}
