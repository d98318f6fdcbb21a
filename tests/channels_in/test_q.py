import pytest, time
from django.test import Client
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.channels_in.test_sms_kannel import get, query, call
@pytest.mark.django_db
def test_q():
    call(get(query("Maji hayatoki Tabata mtaa wa Mandela siku ya 3", id="a0")))
    for text, s in [("Maji hayatoki Tabata mtaa wa Mandela siku ya 5", "+255713000001"), ("HALI","+255713000001")]:
        with CaptureQueriesContext(connection) as q:
            call(get(query(text, s, id=text)))
        print(len(q)); [print("  ", x["sql"][:140].replace("\n"," ")) for x in q.captured_queries]
    cl=Client(); 
    t=time.perf_counter()
    for n in range(200): cl.generic(**get(query(f"Maji hayatoki Tabata mtaa wa Mandela nyumba {n}", f"+2557130{n:05d}", id=f"x{n}")))
    print((time.perf_counter()-t)/200*1000, "ms each")
    assert 0
