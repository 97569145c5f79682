from __future__ import annotations
import re
from guardrail_hooks.formats.place import Span, Malformed, Comment
def read_documents(data: bytes):
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise Malformed("not UTF-8", Span(data[:e.start].count(b"\n")+1,1,1,1))
    if len(data) > 1<<20:
        raise Malformed("larger than 1 MB", Span(1,1,1,1))
    depth=0
    for ch in re.finditer(r"[\[\]{}]", text):
        depth += 1 if ch[0] in "[{" else -1
        if depth>200: raise Malformed("nested too deeply", Span(1,1,1,1))
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    import warnings
    def go(t):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [n for n in YAML(typ="safe", pure=True).compose_all(t) if n is not None]
    try:
        try:
            return go(text)
        except MarkedYAMLError:
            t=re.sub(r"(?<=\S)[ \t]*\t[ \t]*(?=#)", lambda m:" "*len(m[0]), text)
            if t==text: raise
            return go(t)
    except MarkedYAMLError as e:
        m=e.problem_mark or e.context_mark
        raise Malformed(str(e.problem or e.context), Span(m.line+1,m.column+1,m.line+1,m.column+2))
    except (YAMLError, RecursionError, AssertionError) as e:
        raise Malformed(type(e).__name__, Span(1,1,1,1))
def read_comments(text):
    lines=text.split("\n")
    for i,l in enumerate(lines):
        m=re.search(r"(?:^|\s)#\s*(guardrail:.*)$", l)
        if m:
            alone=not l[:m.start()].strip()
            last=i+1
            if alone:
                j=i+1
                while j<len(lines) and (not lines[j].strip() or lines[j].lstrip().startswith("#")): j+=1
                last=j+1
            yield Comment(Span(i+1,m.start()+1,i+1,len(l)+1), m[1].strip(), i+1, last, "")
