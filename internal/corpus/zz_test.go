package corpus
import ("testing";"fmt";"strings";"time")
func TestZ(t *testing.T){
 for n,s := range map[string]string{"flow":strings.Repeat("[\n",300000),"flow2":strings.Repeat("[ ",1000000), "map":strings.Repeat("{a: ",1000000), "dash":strings.Repeat("- ",100), "lines":strings.Repeat("- a\n",1000000), "keys": strings.Repeat("a: b\n",400000), "quote": "a: '"+strings.Repeat("x\n",1000000), "long":"a: "+strings.Repeat("x ",2000000), "bs":"a: |\n"+strings.Repeat("  x\n",1000000),"q":strings.Repeat("? ",90),"items":strings.Repeat("- slug: a\n  name: b\n",100000), "brk":strings.Repeat("}",4000000), "tag":strings.Repeat("!a ",1000000),"anch":strings.Repeat("&a ",1000000), "com":strings.Repeat("#\n",1000000)} {
  st:=time.Now(); _,m:=parse("x",[]byte(s)); fmt.Println(n,time.Since(st),fmt.Sprint(m)[:min(100,len(fmt.Sprint(m)))])
 }
}
