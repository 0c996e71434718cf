package store

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	slowQuery  = 200 * time.Millisecond // from here on a query is logged
	longestSQL = 500                    // bytes of it in the log
)

// A Counter counts what was sent to the database. It may be read at any time.
type Counter struct{ n atomic.Int64 }

// Queries returns how many statements there were: each one of a batch, and those that begin and end a transaction.
func (c *Counter) Queries() int { return int(c.n.Load()) }

type counterKey struct{}

// CountQueries returns a context under which every statement that a [Store] sends is counted.
func CountQueries(ctx context.Context) (context.Context, *Counter) {
	c := new(Counter)
	return context.WithValue(ctx, counterKey{}, c), c
}

func count(ctx context.Context) {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.n.Add(1)
	}
}

// A tracer counts queries and logs slow ones, without their arguments.
type tracer struct{ log *slog.Logger }

type startKey struct{}

// A start is when a query, batch or copy began, and the first words of it.
type start struct {
	at  time.Time
	sql string
}

func begin(ctx context.Context, sql string) context.Context {
	return context.WithValue(ctx, startKey{}, start{time.Now(), sql})
}

func (t tracer) end(ctx context.Context, err error) {
	s := ctx.Value(startKey{}).(start)
	took := time.Since(s.at)
	if took < slowQuery {
		return
	}
	sql := strings.Join(strings.Fields(s.sql), " ")
	if len(sql) > longestSQL {
		sql = strings.ToValidUTF8(sql[:longestSQL], "") + " …"
	}
	t.log.WarnContext(ctx, "slow query", "sql", sql, "took_ms", took.Milliseconds(), "failed", err != nil)
}

func (t tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	count(ctx)
	return begin(ctx, d.SQL)
}

func (t tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryEndData) {
	t.end(ctx, d.Err)
}

func (t tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	var sql strings.Builder
	for _, q := range d.Batch.QueuedQueries {
		count(ctx)
		sql.WriteString(q.SQL + "; ")
	}
	return begin(ctx, sql.String())
}

func (t tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (t tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchEndData) {
	t.end(ctx, d.Err)
}

func (t tracer) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromStartData) context.Context {
	count(ctx)
	return begin(ctx, "COPY "+d.TableName.Sanitize()+" FROM STDIN")
}

func (t tracer) TraceCopyFromEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromEndData) {
	t.end(ctx, d.Err)
}
