package web

import (
	"net/http"
	"os"
	"testing"
	"time"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
)

func TestPreview(t *testing.T) {
	if os.Getenv("PREVIEW") == "" {
		t.Skip()
	}
	s := newSampleSite(t)
	e := newSite(t)
	x := newSite(t)
	c, err := corpus.Read(articles.FS)
	if err != nil {
		t.Log(err)
	} else {
		x.publish(c)
		go http.ListenAndServe("127.0.0.1:8092", x.server)
	}
	go http.ListenAndServe("127.0.0.1:8091", e.server)
	go http.ListenAndServe("127.0.0.1:8090", s.server)
	for {
		if _, err := os.Stat("/tmp/preview/stop"); err == nil {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}
