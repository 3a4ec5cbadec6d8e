-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- A shop that was written to a million times, in six languages. Sentences are made of the words below
-- and of 200,000 invented ones, few of them common and most of them rare, as in any language; then
-- messages are made of sentences. Nothing is told as an event: the search index has to find
-- it all by itself, and that is timed.
CREATE SCHEMA bench;

CREATE TABLE bench.word (language text, place integer, word text, PRIMARY KEY (language, place));

INSERT INTO bench.word (language, place, word)
SELECT l.language, w.place, w.word
FROM (VALUES
  ('en', 'the to my is a it and of order you for not i have has was in on please book can we parcel delivery refund '
         'when address payment card invoice return account password email phone day week today tomorrow yesterday '
         'arrived damaged wrong missing late early cover page copy gift voucher discount price shipping carrier depot '
         'customer service agent question answer problem help thank thanks hello sorry waiting received sent charged '
         'twice once cancel change confirm check label box paper corner torn wet lost found number code link app browser '
         'login screen error message photo attached size colour edition hardback paperback author title novel dictionary '
         'atlas chemistry history poetry library school term student teacher birthday weekend holiday urgent soon'),
  ('de', 'die der und ist nicht ich das meine bestellung bitte wann kommt paket lieferung rechnung rückgabe adresse '
         'geändert konto passwort falsch beschädigt zurück geld erstattung danke hallo buch umschlag seite gutschein '
         'größe straße für über möchte könnte schon noch heute morgen gestern woche müssen'),
  ('bn', 'আমার অর্ডার বইটি কবে পাব টাকা ফেরত ঠিকানা এখনো আসেনি ধন্যবাদ অনুগ্রহ করে জানাবেন পেমেন্ট কার্ড ভুল হয়েছে '
         'পাঠানো ডেলিভারি চাই সাহায্য সমস্যা নতুন পাতা ছেঁড়া বাক্স নম্বর দিন আজ কাল গতকাল সপ্তাহ অপেক্ষা করছি পাসওয়ার্ড অ্যাকাউন্ট '
         'অর্ডারটি অর্ডারের বইয়ের টাকার ঠিকানায় কুরিয়ার রসিদ ছাড় দাম'),
  ('ar', 'الطلب كتاب لم يصل بعد من فضلك متى استرداد المبلغ العنوان الدفع بطاقة خطأ شكرا مرحبا التوصيل صفحة غلاف تالف '
         'حساب كلمة المرور فاتورة اليوم غدا أمس أسبوع رقم هدية خصم السعر'),
  ('zh', '我的订单 还没有到 请问什么时候 可以退款吗 地址写错了 书的封面坏了 谢谢您的帮助 付款失败 银行卡被拒绝 我想换一本 '
         '快递公司说 包裹丢失 密码忘记了 无法登录账户 发票在哪里 昨天下单 今天应该送到 礼品卡余额 优惠码无效 请尽快回复 '
         '收到两本一样的 页面打不开 客服您好 运费太贵 能否取消订单'),
  ('ja', '注文した本が 届きません 返品したい いつ届きますか 住所を変更 支払いが できません ありがとうございます 表紙が破れて '
         'パスワードを忘れました 請求書を送って 確認してください キャンセルしたい 問い合わせ番号 お待ちしております 商品が違います')
) AS l (language, words), regexp_split_to_table(l.words, ' ') WITH ORDINALITY AS w (word, place);

-- Invented words: two to five syllables.
INSERT INTO bench.word (language, place, word)
SELECT 'rare', n, (
  SELECT string_agg((ARRAY['ba','lo','mi','tar','sen','ku','ril','vo','den','pha','gri','os','ma','ter','zin','quo',
                           'li','nar','pe','stu','do','win','cha','fel','ri','tho','bra','ix','un','mor','ga','ve']
                    )[1 + floor(random() * 32)::integer], '')
  FROM generate_series(1, 3 + n % 3))
FROM generate_series(1, 200000) AS n;

-- Sentences of four to nine words; a word's frequency falls with its place.
CREATE TABLE bench.sentence (language text, place integer, text text, PRIMARY KEY (language, place));

CREATE FUNCTION bench.sentence (spoken text, known integer) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT string_agg(w.word, CASE WHEN spoken IN ('zh', 'ja') THEN '，' ELSE ' ' END)
  FROM (SELECT 1 + floor(power(random(), 2.5) * known)::integer AS place
        FROM generate_series(1, 4 + floor(random() * 6)::integer)) AS p
  JOIN bench.word w ON w.language = spoken AND w.place = p.place
$$;

INSERT INTO bench.sentence (language, place, text)
SELECT l.language, n, bench.sentence(l.language, l.known)
FROM (SELECT language, count(*)::integer AS known FROM bench.word WHERE language <> 'rare' GROUP BY language) AS l,
     generate_series(1, 5000) AS n;

CREATE TABLE bench.language (place integer PRIMARY KEY, language text);

-- How much of each is spoken.
INSERT INTO bench.language (place, language)
SELECT place - 1, language
FROM unnest(ARRAY['en', 'en', 'en', 'en', 'bn', 'bn', 'zh', 'de', 'ar', 'ja']) WITH ORDINALITY AS l (language, place);

ANALYZE bench.word, bench.sentence, bench.language;

-- Adds messages spread evenly over two years, eight to a ticket, with customers who write three
-- tickets each. Triggers sleep (session_replication_role): these are rows that are simply there.
CREATE FUNCTION bench.fill (messages integer) RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE
  first_user bigint := (SELECT max(id) FROM app_user);
  first_ticket bigint := (SELECT max(id) FROM ticket);
  names text[] := ARRAY(SELECT initcap(word) FROM bench.word WHERE language = 'rare' ORDER BY place LIMIT 20000);
BEGIN
  INSERT INTO app_user (id, role, name, email, created_at)
  SELECT first_user + n, 'customer', a || ' ' || b, lower(a) || '.' || lower(b) || n || '@example.org',
         now() - interval '2 years'
  FROM (SELECT n, names[1 + floor(power(random(), 3) * 2000)::integer] AS a,
               names[2001 + floor(power(random(), 2) * 18000)::integer] AS b
        FROM generate_series(1, messages / 24) AS n) AS people;

  INSERT INTO ticket (id, channel, lane_id, department_id, customer_id, assigned_to, status, category, subject,
                      language, last_seq, last_public_seq, created_at, last_message_at)
  SELECT first_ticket + n, lane.channel, lane.id, lane.department_id, first_user + 1 + n % (messages / 24), 2 + n % 5,
         (CASE WHEN n % 50 = 0 THEN 'in_progress' ELSE 'closed' END)::ticket_status,
         (ARRAY['technical', 'billing', 'account', 'general'])[1 + n % 4], left(spoken.text, 80), 'en', 8, 8, at, at
  FROM (SELECT n, now() - interval '2 years' * (1 - n::double precision / (messages / 8)) AS at,
               1 + floor(random() * 5000)::integer AS said
        FROM generate_series(1, messages / 8) AS n OFFSET 0) AS t
  JOIN (SELECT id, channel, department_id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS lanes
        FROM lane) AS lane ON lane.place = n % lane.lanes
  JOIN bench.language l ON l.place = n % 10
  JOIN bench.sentence spoken ON spoken.language = l.language AND spoken.place = said;

  INSERT INTO message (ticket_id, seq, public_seq, author_id, body, is_internal, created_at)
  SELECT first_ticket + n, s, CASE WHEN s <> 5 THEN s END,
         CASE WHEN s % 2 = 1 THEN first_user + 1 + n % (messages / 24) ELSE 2 + n % 5 END,
         a.text || '. ' || b.text || '. ' || c.text || ' ' || rare.word
         || CASE WHEN s = 1 THEN ' ' || 100000 + n ELSE '' END,
         s = 5, now() - interval '2 years' * (1 - (n + s / 10.0) / (messages / 8 + 1))
  FROM (SELECT n, s, 1 + floor(random() * 5000)::integer AS first, 1 + floor(random() * 5000)::integer AS second,
               1 + floor(random() * 5000)::integer AS third, 1 + floor(random() * 200000)::integer AS last
        FROM generate_series(1, messages / 8) AS n, generate_series(1, 8) AS s OFFSET 0) AS m
  JOIN bench.language l ON l.place = n % 10
  JOIN bench.sentence a ON a.language = l.language AND a.place = first
  JOIN bench.sentence b ON b.language = l.language AND b.place = second
  JOIN bench.sentence c ON c.language = l.language AND c.place = third
  JOIN bench.word rare ON rare.language = 'rare' AND rare.place = last
  ORDER BY n, s;

  PERFORM setval(pg_get_serial_sequence('app_user', 'id'), (SELECT max(id) FROM app_user));
  PERFORM setval(pg_get_serial_sequence('ticket', 'id'), (SELECT max(id) FROM ticket));
  UPDATE search_rebuild SET messages_below = 1 + (SELECT max(id) FROM message),
                            tickets_below = 1 + (SELECT max(id) FROM ticket),
                            customers_below = 1 + (SELECT max(id) FROM app_user);
END $$;
